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

test("a permission that is taken back in mid-call is told from a microphone that was unplugged; text goes on", async ({
  open,
}) => {
  // Without the flag that grants everything: so the permission is this context's, and can be taken back.
  const demo = await open({ agent: "ag-reserved", microphone: "dismissed" });
  const context = demo.page.context();
  await context.grantPermissions(["microphone"]);
  await demo.button("Start conversation").click();
  await expect(demo.status).toHaveText("Connected");
  await context.clearPermissions();
  await expect(demo.error).toContainText("The microphone is blocked");
  await expect(demo.error).toContainText("was taken back");
  await demo.write("Then I write.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  // Given again, the microphone is on as it was.
  await context.grantPermissions(["microphone"]);
  await expect(demo.error).toBeHidden();
  await expect(demo.button("Mute")).toBeVisible();
  await expect.poll(() => demo.page.evaluate(() => panels[0]?.client?.getStream()?.active)).toBe(true);
});
