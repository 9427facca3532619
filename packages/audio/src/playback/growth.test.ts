import { expect, test } from "vitest";
import { createPlayer, inputRate } from "../../test/player.js";
import { createTimeline } from "./timeline.js";

/** How many elements of arrays `act` appends, and how many it copies. */
function work(act: () => void): { appended: number; copied: number } {
  const { push, slice } = Array.prototype;
  let appended = 0;
  let copied = 0;
  // By hand: a mock keeps its calls in arrays.
  Array.prototype.push = function (...items) {
    appended += items.length;
    return push.apply(this, items);
  };
  Array.prototype.slice = function (...range) {
    const kept = slice.apply(this, range);
    copied += kept.length;
    return kept;
  };
  try {
    act();
  } finally {
    Object.assign(Array.prototype, { push, slice });
  }
  return { appended, copied };
}

test("20,000 deltas of one turn, heard within the time that is remembered, cost no more each than 5,000", () => {
  const copiedEach = (deltas: number) => {
    const timeline = createTimeline(inputRate, { onStarted: () => {}, onFinished: () => {} });
    const { copied } = work(() => {
      for (let delta = 0; delta < deltas; delta++) {
        timeline.write("a", `${delta}`, 1, delta * 2);
        timeline.advance(delta + 1);
      }
    });
    return copied / deltas;
  };
  expect(copiedEach(20_000)).toBeLessThanOrEqual(2);
  expect(copiedEach(5000)).toBeLessThanOrEqual(2);
});

test("of an hour of audio at once, what is dropped leaves nothing behind", () => {
  const player = createPlayer(8000);
  const second = new Int16Array(inputRate);
  const enqueue = (seconds: number) => {
    for (let n = 0; n < seconds; n++) player.enqueue(second, "a", `${n}`);
  };
  enqueue(601);
  expect(player.names()).toEqual(["full"]);
  expect(work(() => enqueue(3000)).appended).toBe(0);
});
