import fc from "fast-check";
import { expect, test } from "vitest";
import { latencyOf } from "./latency.js";

test.each([
  ["nothing", [], { last: null, median: null, p95: null, count: 0 }],
  ["once", [7], { last: 7, median: 7, p95: 7, count: 1 }],
  ["in no order", [30, 10, 20], { last: 20, median: 20, p95: 30, count: 3 }],
  ["a hundred times", Array.from({ length: 100 }, (_, n) => n + 1), { last: 100, median: 50, p95: 95, count: 100 }],
])("measured %s", (_, measured, figures) => {
  expect(latencyOf(measured)).toEqual(figures);
});

test("figures are of what was measured, in their order, and change nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (measured) => {
      const before = [...measured];
      const { last, median = 0, p95 } = latencyOf(measured);
      expect(measured).toEqual(before);
      for (const figure of [last, median, p95]) expect(measured).toContain(figure);
      const below = (most: number | null) => measured.filter((ms) => ms <= Number(most)).length / measured.length;
      expect(below(median)).toBeGreaterThanOrEqual(0.5);
      expect(below(p95)).toBeGreaterThanOrEqual(0.95);
    }),
  );
});
