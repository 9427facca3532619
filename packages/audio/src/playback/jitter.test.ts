import { expect, test } from "vitest";
import { createRandom } from "../../test/random.js";
import { createPlayback } from "./playback.js";

const inputRate = 16000;
const outputRate = 16000;
const chunkSeconds = 0.04;
const speechSeconds = 12;
const block = 128;

/** Seconds at which chunks that are sent in real time arrive: each late by up to `jitter`, and, being TCP, none before the one ahead of it. */
function arrivals(random: () => number, jitter: number): number[] {
  let latest = 0;
  return Array.from({ length: Math.round(speechSeconds / chunkSeconds) }, (_, chunk) => {
    latest = Math.max(latest, chunk * chunkSeconds + random() * jitter);
    return latest;
  });
}

/** Plays replies that arrive so, one after the other, and says what was heard of each. */
function play(replies: readonly number[][]) {
  const results = replies.map(() => ({ gaps: 0, finished: 0, lost: 0 }));
  const chunk = new Int16Array(chunkSeconds * inputRate).fill(8000);
  const playback = createPlayback({
    inputRate,
    outputRate,
    playout: "plain",
    events: {
      onStarted: () => {},
      onUnderrun({ turnId }) {
        (results[Number(turnId)] as Result).gaps++;
      },
      onFinished({ turnId, ms }) {
        const result = results[Number(turnId)] as Result;
        result.finished++;
        result.lost = speechSeconds * 1000 - ms;
      },
      onQueueFull: () => {},
      onInterrupted: () => {},
    },
  });
  const output = new Float32Array(block);
  replies.forEach((times, turn) => {
    let next = 0;
    for (let clock = 0; clock < speechSeconds + 3; clock += block / outputRate) {
      for (; (times[next] ?? Infinity) <= clock; next++) {
        playback.enqueue(chunk, `${turn}`, `${next}`, next * chunk.byteLength);
        if (next === times.length - 1) playback.end(`${turn}`);
      }
      playback.render(output);
    }
  });
  return results;
}

interface Result {
  gaps: number;
  finished: number;
  lost: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

const conversations = Array.from({ length: 20 }, (_, seed) => {
  const random = createRandom(seed + 1);
  return play([arrivals(random, 0.15), arrivals(random, 0.15), arrivals(random, 0.15)]);
});

test("12 s of speech in chunks of 40 ms, each up to 150 ms late, have at most one gap, and none of it is lost", () => {
  const first = conversations.map(([reply]) => reply as Result);
  expect(median(first.map(({ gaps }) => gaps))).toBeLessThanOrEqual(1);
  expect(first.every(({ finished, lost }) => finished === 1 && lost === 0)).toBe(true);
});

test("later replies profit from what the first one has taught", () => {
  const later = conversations.flatMap(([, ...replies]) => replies);
  expect(median(later.map(({ gaps }) => gaps))).toBe(0);
  expect(later.every(({ finished, lost }) => finished === 1 && lost === 0)).toBe(true);
});

test("what comes on time in chunks of 40 ms has no gap", () => {
  const times = arrivals(() => 0, 0);
  expect(play([times, times])).toEqual([
    { gaps: 0, finished: 1, lost: 0 },
    { gaps: 0, finished: 1, lost: 0 },
  ]);
});
