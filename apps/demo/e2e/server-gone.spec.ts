import { said } from "./agents";
import { expect, test } from "./fixtures";

test("a server that goes away is told in words, and the conversation can be resumed", async ({ open, nextSession }) => {
  const demo = await open();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await expect(demo.page.getByText("The agent is speaking")).toBeVisible();

  first.close(1011, "The server has a problem.");
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toContainText("The connection was lost");
  await expect(demo.error).toContainText("Check your network connection");
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
  await expect(demo.text).toBeDisabled();

  await demo.button("Resume conversation").click();
  const second = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.error).toBeHidden();
  expect(second.conversationId).toBe(first.conversationId);
  await demo.write("Are you there again?");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);

  second.close(1000);
  await expect(demo.page.getByText("The conversation is over")).toBeVisible();
  await expect(demo.error).toBeHidden();
});

test("a refusal of the server is told in words", async ({ open }) => {
  const demo = await open({ agent: "ag-no-balance" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  await expect(demo.error).toContainText("The account has run out of credit");
  await expect(demo.button("Try again")).toBeVisible();
});
