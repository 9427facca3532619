import { synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { beforeAll, describe, expect, test } from "vitest";
import { readSilero } from "../../build/silero.js";
import { createMemory } from "./silero/weights.js";
import { createSlices } from "./slices.js";

const quantum = 43;
let learned: Float32Array;
let speech: Float32Array;

beforeAll(async () => {
  learned = await readSilero();
  speech = toFloat((await synthesizeSpeech("The quick brown fox jumps over the lazy dog.")).samples);
});

/** The model on speech that is repeated; each quantum takes as long as `costOf` says, in ms. */
function listen(
  quanta: number,
  costOf: (quantum: number) => number,
  looking = false,
  length = quantum,
  isDear: (quantum: number) => boolean = () => false,
) {
  const memory = createMemory();
  memory.set(learned);
  const windows: { probability: number; behind: number; quantum: number }[] = [];
  let time = 0;
  let current = 0;
  let calls = 0;
  const slices = createSlices(
    memory,
    () => {
      if (calls++ % 2 === 1) time += costOf(current);
      return time;
    },
    (probability, behind) => windows.push({ probability, behind, quantum: current }),
  );
  for (; current < quanta; current++) {
    const at = (current * length) % (speech.length - length);
    slices.push(speech.subarray(at, at + length), length, looking, isDear(current));
  }
  return { slices, windows };
}

test("is warm after 120 quanta, and judges each frame a few quanta after its last sample", () => {
  const { slices, windows } = listen(600, () => 0);
  expect(slices.warm).toBe(true);
  expect(windows[0]!.quantum).toBeGreaterThanOrEqual(120 + Math.floor(512 / quantum));
  expect(windows.length).toBe(Math.floor((480 * quantum) / 512));
  // 5.4 ms.
  expect(Math.max(...windows.map(({ behind }) => behind))).toBeLessThan(3 * quantum);
  expect(Math.max(...windows.map(({ probability }) => probability))).toBeGreaterThan(0.9);
});

test("a quantum longer than a frame leaves none out", () => {
  const { windows } = listen(140, () => 0, false, 1600);
  expect(windows.length).toBe(Math.floor((20 * 1600) / 512));
});

test("looks every 8 ms where that is asked for", () => {
  const without = listen(600, () => 0).windows.length;
  const { windows } = listen(600, () => 0, true);
  expect(windows.length).toBeGreaterThan(2.5 * without);
  expect(windows.length).toBeLessThan(4 * without);
});

test("works in no quantum that is dear, warm or not, and leaves no frame out for it", () => {
  // 20 ms of 2.7 ms each: where the recorder posts its frames.
  const posts = (quantum: number) => quantum % 15 === 7 || quantum % 15 === 14;
  const { slices, windows } = listen(640, () => 0, true, quantum, posts);
  expect(slices.warm).toBe(true);
  expect(windows.length).toBeGreaterThan(100);
  expect(windows.filter((window) => posts(window.quantum))).toEqual([]);
  const each = listen(640, () => 0, false, quantum, posts).windows;
  // It is warm 18 quanta later.
  expect(each.length).toBeGreaterThanOrEqual(Math.floor((500 * quantum) / 512));
  expect(Math.max(...each.map(({ behind }) => behind))).toBeLessThan(4 * quantum);
});

test("works in every other quantum where all are dear", () => {
  const { slices, windows } = listen(
    600,
    () => 0,
    false,
    quantum,
    () => true,
  );
  expect(slices.warm).toBe(true);
  expect(slices.overloaded).toBe(false);
  expect(windows.length).toBeGreaterThan(Math.floor((300 * quantum) / 512));
});

describe("the watch", () => {
  test("gives up where a quarter of the time goes by", () => {
    expect(listen(1200, () => 0.6).slices.overloaded).toBe(false);
    expect(listen(1200, () => 0.75).slices.overloaded).toBe(true);
  });

  test("does not mind that the system stopped the process now and then", () => {
    expect(listen(1200, (quantum) => (quantum % 100 === 0 ? 500 : 0.1)).slices.overloaded).toBe(false);
  });

  test("gives up where frames are left out, and works no more", () => {
    // Half a second of sound at a time, as after a suspension, again and again.
    const { slices, windows } = listen(150, () => 0, false, 8000);
    expect(slices.overloaded).toBe(true);
    const { length } = windows;
    slices.push(speech, 2000, false);
    expect(windows).toHaveLength(length);
  });
});
