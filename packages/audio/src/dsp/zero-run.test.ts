import fc from "fast-check";
import { expect, test } from "vitest";
import { createZeroRun } from "./zero-run.js";

test("counts the zeros at the end, however the stream is cut", () => {
  // Mostly zeros, both of them, and the smallest sounds there are.
  const sample = fc.constantFrom(0, 0, 0, 0, -0, 1e-45, -1e-45, 0.5, NaN);
  fc.assert(
    fc.property(fc.array(fc.array(sample, { maxLength: 12 }), { maxLength: 12 }), (blocks) => {
      const run = createZeroRun();
      const heard: number[] = [];
      for (const block of blocks) {
        run.push(Float32Array.from(block));
        heard.push(...block);
        const last = heard.findLastIndex((value) => value !== 0);
        expect(run.length).toBe(heard.length - 1 - last);
      }
    }),
  );
});
