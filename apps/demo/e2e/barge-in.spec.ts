import { writeMicrophoneFile } from "@layercode/browser-testing";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { audibleMs, findHeard, heard, sentAudio, sentence, tone } from "./sounds.js";
import { agentTurn, replayFinished, reportedTurns, userTurnOpened } from "./wire.js";

test("speaking interrupts the agent, and what still comes of its turn is never heard", async ({
  open,
  nextSession,
}) => {
  const spoken = await sentence("Excuse me, I have to interrupt you here for a moment.");
  const wav = await writeMicrophoneFile(spoken, { silenceBefore: 3, silenceAfter: 30 });
  const demo = await open({ agent: "ag-talkative", microphone: { wav, loop: false } });
  await demo.button("Start conversation").click();
  const session = await nextSession();

  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  const interruption = await userTurnOpened(session);
  const report = await replayFinished(session, story);
  // The story is far from its end: this is the interruption's report.
  expect(report.last_delta_id_played).toMatch(new RegExp(`^${story}:\\d+$`));
  const atInterruption = await heard(demo.page);
  expect(audibleMs(atInterruption.samples, atInterruption.sampleRate)).toBeGreaterThan(0);

  const late = tone(440, 0.5);
  const content = Buffer.from(late.samples.buffer).toString("base64");
  session.send({ type: "response.audio", turn_id: story, delta_id: `${story}:late`, content });
  session.send({ type: "response.end", turn_id: story });
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
  await expect(demo.messages.first()).toContainText("Interrupted");

  const answer = await agentTurn(session, interruption);
  await expect(demo.messages.last()).toHaveText(`Agent${said.answer}`);
  await replayFinished(session, answer);
  const atAnswer = await heard(demo.page);
  const found = findHeard(sentAudio(session, answer), atAnswer);
  expect(found.likeness).toBeGreaterThan(0.95);
  // Between the interruption and the answer: silence. The agent was told to be quiet, and the late tone was dropped.
  const between = atAnswer.samples.subarray(atInterruption.samples.length, Math.floor(found.start));
  expect(between.length).toBeGreaterThan(0);
  expect(audibleMs(between, atAnswer.sampleRate)).toBe(0);
  expect(reportedTurns(session)).toEqual([story, answer]);
});
