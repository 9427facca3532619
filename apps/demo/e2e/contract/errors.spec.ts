import { answerMicrophone, installScriptedMicrophone } from "@layercode/browser-testing";
import { said } from "../agents.js";
import { expect, test } from "./contract.js";

test("a denied microphone is explained, and trying again works", async ({ open, nextSession }) => {
  const demo = await open({
    agent: "ag-reserved",
    prepare: (page) => installScriptedMicrophone(page, { answer: "deny" }),
  });
  await demo.button("Start conversation").click();
  await expect(demo.error).toContainText("The microphone is blocked");
  await expect(demo.error).toContainText("Allow it in your browser's settings");
  await expect(demo.status).toHaveText("Not connected");
  await answerMicrophone(demo.page, { answer: "grant" });
  await demo.button("Try again").click();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.button("Dismiss")).toBeHidden();
  await nextSession();
});

test("without a microphone the same conversation goes on by text", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await demo.write("Hello.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");

  await demo.takePartBy("Talking");
  await demo.button("Resume conversation").click();
  await expect(demo.error).toContainText("There is no microphone");
  await demo.button("Continue by text").click();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.button("Dismiss")).toBeHidden();
  await expect(demo.text).toBeFocused();
  await demo.page.keyboard.type("Then I write.");
  await demo.page.keyboard.press("Enter");
  await expect(demo.messages).toHaveCount(4);
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await expect(demo.conversationId).toHaveText(first.conversationId);

  // Refused while connected: the conversation goes on as it was.
  await demo.panel.getByRole("radio", { name: "Talking" }).click();
  await expect(demo.error).toContainText("There is no microphone");
  await expect(demo.panel.getByRole("radio", { name: "Typing only" })).toBeChecked();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.button("Continue by text")).toBeHidden();
  await demo.button("Dismiss").click();
  await expect(demo.button("Dismiss")).toBeHidden();
});

test("a server that shows the client the door is told in words, and the conversation can be resumed", async ({
  open,
  nextSession,
}) => {
  const demo = await open();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await expect(demo.words("The agent is speaking")).toBeVisible();

  // Nothing that a new connection would mend.
  first.close(1008, "The server has a policy.");
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toContainText("The server has ended the conversation");
  await expect(demo.error).toContainText("It said: “The server has a policy.”");
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
  await expect(demo.text).toBeDisabled();

  await demo.button("Resume conversation").click();
  const second = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.button("Dismiss")).toBeHidden();
  expect(second.conversationId).toBe(first.conversationId);
  await demo.write("Are you there again?");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);

  second.close(1000);
  await expect(demo.error).toBeHidden();
  // A page may keep the words of an error that it hides.
  await expect(demo.words("The server has ended the conversation").filter({ visible: true })).toBeVisible();
});

test("a server that fails, and one that is not there, are told apart", async ({ open, server, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  server.faults.set({ authorize: { status: 503, error: "Down for maintenance." } });
  await demo.button("Start conversation").click();
  await expect(demo.error).toContainText("The server has a problem");
  await expect(demo.error).toContainText("Down for maintenance.");
  server.faults.set({});

  await demo.page.route("**/api/authorize", (route) => route.abort("connectionrefused"));
  await demo.button("Try again").click();
  await expect(demo.error).toContainText("The server cannot be reached");
  await demo.page.unroute("**/api/authorize");
  await demo.button("Try again").click();
  await nextSession();
  await expect(demo.button("Dismiss")).toBeHidden();
});

test("a refusal of the server is told in words", async ({ open }) => {
  const demo = await open({ agent: "ag-no-balance" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  await expect(demo.error).toContainText("The account has run out of credit");
  await expect(demo.button("Try again")).toBeVisible();
});
