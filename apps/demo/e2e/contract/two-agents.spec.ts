import { said } from "../agents.js";
import { agentTurn, replayFinished } from "../wire.js";
import { expect, test } from "./contract.js";

test("two agents on one page talk independently, and one goes on when the other is closed", async ({
  openScripted,
  nextSession,
}) => {
  const brief = await openScripted({ agent: "ag-brief", query: "&agent=ag-reserved-push" });
  const push = brief.panelOf("ag-reserved-push");
  // Typing only here, talking there.
  await brief.takePartBy("Typing only");
  await expect(push.panel.getByRole("radio", { name: "Talking" })).toBeChecked();
  await brief.button("Start conversation").click();
  const briefSession = await nextSession("ag-brief");
  await expect(push.status).toHaveText("Not connected");
  await push.button("Start conversation").click();
  const pushSession = await nextSession("ag-reserved-push");
  await replayFinished(briefSession, await agentTurn(briefSession));
  await expect(brief.pushToTalk).toBeHidden();

  await push.pushToTalk.focus();
  await push.page.keyboard.down("Space");
  await pushSession.waitFor("client.audio");
  await push.page.keyboard.up("Space");
  await expect(push.messages.last()).toHaveText(`Agent${said.answer}`);
  await brief.write("And you?");
  await expect(brief.messages).toHaveText([`Agent${said.welcome}`, "YouAnd you?", `Agent${said.reply}`]);
  await expect(push.messages).toHaveCount(2);
  expect(briefSession.received.audio).toHaveLength(0);

  await brief.button("Close").click();
  await expect.poll(() => briefSession.closed).toBe(true);
  await expect(push.status).toHaveText("Connected");
  await push.write("Only the two of us.");
  await expect(push.messages.last()).toHaveText(`Agent${said.reply}`);
  const typed = await pushSession.waitForSent(
    (message) => "content" in message && message.content === "Only the two of us.",
  );
  await replayFinished(pushSession, await agentTurn(pushSession, typed));

  await brief.button("Open").click();
  await expect(brief.messages).toHaveCount(3);
  await expect(brief.button("Resume conversation")).toBeVisible();
  await expect(push.status).toHaveText("Connected");
});
