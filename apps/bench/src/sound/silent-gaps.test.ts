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
  expect(silentGaps(Float32Array.from(samples), rate)).toEqual({ gaps: 1, soundMs: 32 });
  expect(silentGaps(new Float32Array(10), rate)).toEqual({ gaps: 0, soundMs: 0 });
});
