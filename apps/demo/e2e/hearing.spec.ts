import { type MonoAudio, resample, speak, toFloat } from "@layercode/browser-testing";
import type { MockSession } from "@layercode/mock-server";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { findHeard, type Heard, heard, sentAudio, sentence, shareAtServer } from "./sounds.js";
import { agentTurn, received, replayFinished, reportedTurns, userTurnOpened } from "./wire.js";

const timeoutMs = 20_000;

const silence = (seconds: number): MonoAudio => ({ samples: new Int16Array(16_000 * seconds), sampleRate: 16_000 });

const vadEvents = (session: MockSession) =>
  session.received.messages.flatMap(({ message }) => (message.type === "vad_events" ? message.event : []));

test("silence stays on the page, and speech goes with its beginning; in push-to-talk nothing is detected", async ({
  openScripted,
  nextSession,
}) => {
  const spoken = await sentence("Can you hear every word that I am saying now?");
  const demo = await openScripted({ agent: "ag-reserved", hears: true });
  const loaded: string[] = [];
  demo.page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  // The detector has code to load: it listens once it has heard something, and its end.
  await speak(demo.page, await sentence("Hello?"));
  const first = await session.waitFor((message) => message.type === "vad_events" && message.event === "vad_end", {
    timeoutMs,
  });
  await replayFinished(session, await agentTurn(session));
  const before = session.received.audio.length;
  await speak(demo.page, silence(2));
  expect(session.received.audio.length).toBe(before);
  const count = session.received.messages.length;

  await speak(demo.page, spoken);
  await session.waitFor((message) => message.type === "vad_events" && message.event === "vad_end", {
    timeoutMs,
    after: first,
  });
  const [start, next] = session.received.messages.slice(count);
  expect(start?.message).toMatchObject({ type: "vad_events", event: "vad_start" });
  expect(next?.message.type).toBe("client.audio");
  expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);
  // A second before it, and the hang-over: no more.
  const seconds = (session.received.audio.length - before) / 8000;
  expect(seconds).toBeLessThan(spoken.samples.length / spoken.sampleRate + 3);
  expect(vadEvents(session)).toEqual(["vad_start", "vad_end", "vad_start", "vad_end"]);

  const other = await openScripted({ agent: "ag-reserved-push", hears: true });
  const otherLoaded: string[] = [];
  other.page.on("request", (request) => otherLoaded.push(new URL(request.url()).pathname));
  await other.button("Start conversation").click();
  const pushed = await nextSession("ag-reserved-push");
  await expect(other.status).toHaveText("Connected");
  await other.pushToTalk.press("Space", { delay: 300 });
  await pushed.waitFor("trigger.turn.end", { timeoutMs });
  expect(received(pushed)).not.toContain("vad_events");
  const ofDetection = loaded.filter((path) => /detect|vad|silero/.test(path));
  expect(ofDetection).not.toEqual([]);
  expect(otherLoaded.filter((path) => ofDetection.includes(path))).toEqual([]);
});

test("an agent that pauses for what the server takes for a noise goes on from the very sample", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted({ agent: "ag-deaf", hears: true });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("Tell me a story.");
  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await speak(demo.page, await sentence("Oh well."));
  await expect(demo.words("The agent pauses for you")).toBeVisible();
  await session.waitFor((message) => message.type === "vad_events" && message.event === "vad_end", { timeoutMs });
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await replayFinished(session, story);

  const sent = sentAudio(session, story);
  const atEnd = await heard(demo.page);
  const { joined, pausedMs } = withoutPause(sent, atEnd);
  // Speech, its hang-over, and vadResumeDelay.
  expect(pausedMs).toBeGreaterThan(1500);
  expect(findHeard(sent, joined).likeness).toBeGreaterThan(0.95);
  await expect(demo.messages.last()).toHaveText(`Agent${said.long}`);
  expect([vadEvents(session), reportedTurns(session)]).toEqual([["vad_start", "vad_end"], [story]]);
});

test("an agent that pauses is interrupted once the server hears the user too; its answer is heard, in the hang-over", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted({ agent: "ag-talkative", hears: true });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  const spoken = speak(demo.page, await sentence("Excuse me, I have to interrupt you here for a moment."));
  const interruption = await userTurnOpened(session);
  await spoken;
  // Told before the server knew of it.
  expect(received(session)).toContain("vad_events");
  await replayFinished(session, story);
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
  const answer = await agentTurn(session, interruption);
  await replayFinished(session, answer);
  expect(findHeard(sentAudio(session, answer), await heard(demo.page)).likeness).toBeGreaterThan(0.95);
  // More than once where the voice is slow on a busy machine: a turn without a sound for a second is reported, too.
  expect([...new Set(reportedTurns(session))]).toEqual([story, answer]);
});

/** What was heard, without the silence by which it lasted longer than what was sent. */
function withoutPause(sent: MonoAudio, all: Heard): { joined: Heard; pausedMs: number } {
  const { samples, sampleRate } = all;
  const length = sent.samples.length;
  const piece = (from: number, to: number) => ({ ...sent, samples: sent.samples.subarray(from, to) });
  const tail = 8000;
  const begin = findHeard(piece(0, tail), all).start;
  const end = findHeard(piece(length - tail, length), all).start;
  const expected = (resample(toFloat(sent.samples), sent.sampleRate, sampleRate).length * (length - tail)) / length;
  const paused = Math.round(end - begin - expected);
  const at = longestSilence(samples.subarray(Math.floor(begin), Math.floor(end))) + Math.floor(begin);
  const joined = new Float32Array(samples.length - Math.max(0, paused));
  joined.set(samples.subarray(0, at));
  joined.set(samples.subarray(at + Math.max(0, paused)), at);
  return { joined: { samples: joined, sampleRate }, pausedMs: (paused / sampleRate) * 1000 };
}

/** Where the longest stretch of silence begins. */
function longestSilence(samples: Float32Array): number {
  let [longest, at, begin] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) > 1e-4) begin = index + 1;
    if (index - begin > longest) [longest, at] = [index - begin, begin];
  }
  return at;
}
