import { expect, test } from "vitest";
import { silentGaps } from "./silent-gaps.js";

const rate = 1000;
const sound = (ms: number) => Array<number>(ms).fill(0.5);
const silence = (ms: number) => Array<number>(ms).fill(0);

test("silence within the sound is a gap from 3 ms on, around it none", () => {
  const samples = [
    ...silence(10),
    ...sound(20),
    ...silence(3),
    ...sound(5),
    ...silence(2),
    ...sound(5),
    ...silence(50),
  ];
  expect(silentGaps(Float32Array.from(samples), rate)).toEqual({
    gaps: 1,
    silentMs: 3,
    longestMs: 3,
    soundMs: 32,
  });
  expect(silentGaps(new Float32Array(10), rate)).toEqual({
    gaps: 0,
    silentMs: 0,
    longestMs: 0,
    soundMs: 0,
  });
});

test("what is weaker than the threshold is silent", () => {
  const samples = Float32Array.from([
    ...sound(10),
    ...Array<number>(7).fill(0.01),
    ...sound(10),
    ...silence(4),
    ...sound(1),
  ]);
  expect(silentGaps(samples, rate, 0.02)).toEqual({ gaps: 2, silentMs: 11, longestMs: 7, soundMs: 21 });
});
