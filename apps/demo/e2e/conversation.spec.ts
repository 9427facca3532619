import { writeMicrophoneFile } from "@layercode/browser-testing";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { audibleMs, audibleMsOf, findHeard, heard, sentAudio, sentence, shareAtServer } from "./sounds.js";
import { agentTurn, replayFinished, reportedTurns } from "./wire.js";

test("a spoken conversation: welcome, speech, answer", async ({ open, nextSession }) => {
  const spoken = await sentence("Can you hear every word that I am saying now?");
  // The welcome has ended when the speech begins: nobody interrupts anybody.
  const wav = await writeMicrophoneFile(spoken, { silenceBefore: 6, silenceAfter: 30 });
  const demo = await open({ microphone: { wav, loop: false } });

  await demo.button("Start conversation").click();
  await expect(demo.status).toHaveText("Connected");
  const session = await nextSession();

  const welcome = await agentTurn(session);
  await expect(demo.messages).toHaveCount(1);
  await expect(demo.messages.first()).toHaveText(`Agent${said.welcome}`);
  await replayFinished(session, welcome);
  const welcomeSent = sentAudio(session, welcome);
  const atWelcome = await heard(demo.page);
  expect(findHeard(welcomeSent, atWelcome).likeness).toBeGreaterThan(0.95);

  // The transcript of speech grows while it is spoken.
  await expect(demo.messages.nth(1)).toHaveAttribute("data-status", "interim");
  await expect(demo.messages.nth(1)).toHaveAttribute("data-status", "final");
  await expect(demo.messages.nth(1)).toHaveText(/^You\(\d\.\d seconds of speech\)$/);

  const answer = await agentTurn(session, await session.waitForSent("user.transcript"));
  await expect(demo.messages.nth(2)).toHaveText(`Agent${said.answer}`);
  await replayFinished(session, answer);
  await expect(demo.messages.nth(2)).toHaveAttribute("data-status", "final");
  await expect(demo.words("Your turn")).toBeVisible();

  const answerSent = sentAudio(session, answer);
  const atAnswer = await heard(demo.page);
  const found = findHeard(answerSent, atAnswer);
  expect(found.likeness).toBeGreaterThan(0.95);
  const answerHeard = atAnswer.samples.subarray(Math.floor(found.start));
  expect(Math.abs(audibleMs(answerHeard, atAnswer.sampleRate) - audibleMsOf(answerSent))).toBeLessThan(30);
  expect(reportedTurns(session)).toEqual([welcome, answer]);
  // It takes a while, and the server that speaks waits for it: it is in this process.
  expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);
  expect(session.received.faults).toEqual([]);
});
