import { said } from "./agents";
import { expect, test } from "./fixtures";
import { countMicrophoneRequests } from "./microphone-requests";
import { findHeard, heard, sentAudio } from "./sounds";
import { agentTurn, replayFinished } from "./wire";

test("a typed turn is answered aloud and never asks for the microphone", async ({ open, nextSession }) => {
  const demo = await open({ prepare: countMicrophoneRequests.install });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const welcome = await agentTurn(session);
  await replayFinished(session, welcome);

  await demo.write("Is anybody there?");
  await expect(demo.messages).toHaveText([`Agent${said.welcome}`, "YouIs anybody there?", `Agent${said.reply}`]);
  await expect(demo.text).toHaveValue("");
  const typed = await session.waitFor("client.response.text");
  expect(typed.content).toBe("Is anybody there?");

  const reply = await agentTurn(session, await session.waitForSent("user.transcript"));
  await replayFinished(session, reply);
  expect(findHeard(sentAudio(session, reply), await heard(demo.page)).likeness).toBeGreaterThan(0.95);
  expect(session.received.audio).toHaveLength(0);
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);
});

test("the microphone can be added in the middle of a typed conversation", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", prepare: countMicrophoneRequests.install, microphone: "denied" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);

  // Refused: the conversation goes on as it was.
  await demo.takePartBy("Talking").catch(() => {});
  await expect(demo.error).toContainText("The microphone is blocked");
  expect(await countMicrophoneRequests.read(demo.page)).toBe(1);
  await expect(demo.page.getByRole("radio", { name: "Typing only" })).toBeChecked();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.button("Continue by text")).toBeHidden();
  await demo.write("I would rather write.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
});
