import { expect, test } from "vitest";
import { floatToPcm16, pcm16ToFloat } from "./pcm.js";

function toPcm16(...values: number[]): number[] {
  const output = new Int16Array(values.length);
  floatToPcm16(Float32Array.from(values), output);
  return [...output];
}

test("floats are rounded to nearest and clamped", () => {
  expect(toPcm16(0, 1, -1, 0.6 / 32767, -0.6 / 32767, 0.4 / 32767)).toEqual([0, 32767, -32767, 1, -1, 0]);
  expect(toPcm16(1.5, -1.5, Infinity, -Infinity, NaN)).toEqual([32767, -32768, 32767, -32768, 0]);
});

test("every 16-bit value survives the way to floats and back", () => {
  const all = Int16Array.from({ length: 65536 }, (_, index) => index - 32768);
  const floats = new Float32Array(all.length);
  const back = new Int16Array(all.length);
  pcm16ToFloat(all, floats);
  floatToPcm16(floats, back);
  expect(back).toEqual(all);
});

test("only the first length samples are converted", () => {
  const pcm = new Int16Array(3);
  floatToPcm16(Float32Array.of(1, 1, 1), pcm, 2);
  expect([...pcm]).toEqual([32767, 32767, 0]);
  const floats = new Float32Array(3);
  pcm16ToFloat(pcm, floats, 1);
  expect([...floats]).toEqual([1, 0, 0]);
});
