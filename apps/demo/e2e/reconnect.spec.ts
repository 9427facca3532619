import { createTcpProxy } from "@layercode/browser-testing";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { findHeard, heard, sentAudio } from "./sounds.js";
import { agentTurn, replayFinished, reportedTurns } from "./wire.js";

test("a connection that breaks in mid-sentence: the user sees it, and the conversation goes on", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const demo = await openScripted({ agent: "ag-talkative", origin: `http://127.0.0.1:${proxy.port}` });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();

  // For a while nobody gets through.
  proxy.refuse();
  proxy.cut();
  await expect(demo.status).toHaveText("Reconnecting");
  await expect(demo.words("The connection was lost")).toBeVisible();
  await expect(demo.messages.first()).toContainText("Cut off with the connection");
  await expect(demo.error).toBeHidden();

  proxy.restore();
  const again = await nextSession();
  expect(again.conversationId).toBe(session.conversationId);
  await expect(demo.status).toHaveText("Connected");
  // The microphone was open all the while: nobody is asked for it again.
  await again.waitFor("client.audio");
  // The agent welcomes once more, which is its right: the transcript shows it.
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await expect(demo.messages).toHaveCount(2);

  await demo.write("That will do.");
  const answer = await agentTurn(again, await again.waitForSent("user.transcript"));
  await replayFinished(again, answer);
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  expect(findHeard(sentAudio(again, answer), await heard(demo.page)).likeness).toBeGreaterThan(0.95);
  expect(reportedTurns(session)).not.toContain(story);
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await proxy.close();
});

test("a network that goes away takes the connection with it, and brings it back", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted();
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await replayFinished(session, await agentTurn(session));
  const context = demo.page.context();
  await context.setOffline(true);
  session.faults.drop({ how: "reset" });
  await expect(demo.words("You seem to be offline.")).toBeVisible();
  await context.setOffline(false);
  const again = await nextSession();
  expect(again.conversationId).toBe(session.conversationId);
  await expect(demo.status).toHaveText("Connected");
  await replayFinished(again, await agentTurn(again));
  await expect(demo.messages).toHaveText([`Agent${said.welcome}`, `Agent${said.welcome}`]);
});

test("a server that closes in due form ends the conversation", async ({ openScripted, nextSession }) => {
  const demo = await openScripted();
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await replayFinished(session, await agentTurn(session));
  session.close(1000, "Thank you for calling.");
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.words("The server has ended the conversation")).toBeVisible();
  await expect(demo.words("It said: “Thank you for calling.”")).toBeVisible();
  await expect(demo.error).toBeHidden();
});
