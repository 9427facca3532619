import type { FakeMicrophone } from "@layercode/browser-testing";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";

// What Chromium itself says; what the page then offers is in contract/errors.spec.ts.
const refusals: [microphone: FakeMicrophone, words: string][] = [
  ["denied", "The microphone is blocked"],
  ["dismissed", "The microphone was not allowed"],
  ["absent", "There is no microphone"],
];

for (const [microphone, words] of refusals) {
  test(`a microphone that is ${microphone} is explained, and text is offered`, async ({ open }) => {
    const demo = await open({ agent: "ag-reserved", microphone });
    await demo.button("Start conversation").click();
    await expect(demo.error).toContainText(words);
    await demo.button("Continue by text").click();
    await expect(demo.status).toHaveText("Connected");
    await demo.write("Then I write.");
    await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  });
}
