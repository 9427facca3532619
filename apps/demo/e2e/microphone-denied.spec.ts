import type { FakeMicrophone } from "@layercode/browser-testing";
import { said } from "./agents";
import { expect, test } from "./fixtures";

test("a denied microphone is explained, and the same conversation goes on by text", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", microphone: "denied" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await demo.write("Hello.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");

  await demo.takePartBy("Talking");
  await demo.button("Resume conversation").click();
  await expect(demo.error).toContainText("The microphone is blocked");
  await expect(demo.error).toContainText("Allow it in your browser's settings");
  await expect(demo.status).toHaveText("Not connected");

  await demo.button("Continue by text").click();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.error).toBeHidden();
  await expect(demo.text).toBeFocused();
  await demo.page.keyboard.type("Then I write.");
  await demo.page.keyboard.press("Enter");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await expect(demo.messages).toHaveCount(4);
  await expect(demo.conversationId).toHaveText(first.conversationId);
});

const refusals: [microphone: FakeMicrophone, words: string][] = [
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
