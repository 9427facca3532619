import { agentTurn } from "../wire";
import { expect, test } from "./contract";

test("a connection that breaks is mended: the page says so, and what it cut", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const demo = await openScripted({ agent: "ag-talkative" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();

  server.faults.set({ authorize: { status: 503, error: "Be right back." } });
  session.faults.drop({ how: "reset" });
  await expect(demo.status).toHaveText("Reconnecting");
  await expect(demo.words("Coming back: attempt")).toBeVisible();
  await expect(demo.messages.first()).toContainText("Cut off with the connection");
  await expect(demo.text).toBeDisabled();

  server.faults.set({});
  const again = await nextSession();
  expect(again.conversationId).toBe(session.conversationId);
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toBeHidden();
});

test("End ends a conversation also while it is coming back", async ({ openScripted, nextSession, server }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  server.faults.set({ authorize: { hang: true } });
  session.faults.drop({ how: "reset" });
  await expect(demo.status).toHaveText("Reconnecting");
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toBeHidden();
  server.faults.set({});
});
