import { expect, test } from "vitest";
import { createJitterBuffer } from "./jitter-buffer";

const block = 0.0025;

test("starts at 60 ms from cold, at 100 ms after an underrun, at 60 ms again after a reset", () => {
  const jitterBuffer = createJitterBuffer();
  expect(jitterBuffer.ready(0.059, false, block)).toBe(false);
  expect(jitterBuffer.ready(0.06, false, block)).toBe(true);
  jitterBuffer.underrun();
  expect(jitterBuffer.ready(0.099, false, block)).toBe(false);
  expect(jitterBuffer.ready(0.1, false, block)).toBe(true);
  jitterBuffer.reset();
  expect(jitterBuffer.ready(0.06, false, block)).toBe(true);
});

test("starts at once when a turn ends in the queue, and never on nothing", () => {
  const jitterBuffer = createJitterBuffer();
  expect(jitterBuffer.ready(0, true, block)).toBe(false);
  expect(jitterBuffer.ready(0.001, true, block)).toBe(true);
});

test("starts a short reply when nothing more has come for 60 ms", () => {
  const jitterBuffer = createJitterBuffer();
  const blocksUntilReady = (buffered: number) => {
    let blocks = 1;
    while (!jitterBuffer.ready(buffered, false, block)) blocks++;
    return blocks;
  };
  // The first block sees the sound arrive; 24 blocks of 2.5 ms are 60 ms.
  expect(blocksUntilReady(0.02)).toBe(25);
  jitterBuffer.reset();
  for (let turn = 0; turn < 20; turn++) expect(jitterBuffer.ready(0.02, false, block)).toBe(false);
  // More comes: it may not have been whole after all.
  expect(blocksUntilReady(0.04)).toBe(25);
  // Silence for hours is no waiting.
  jitterBuffer.reset();
  for (let turn = 0; turn < 100; turn++) expect(jitterBuffer.ready(0, false, block)).toBe(false);
  expect(jitterBuffer.ready(0.02, false, block)).toBe(false);
});
