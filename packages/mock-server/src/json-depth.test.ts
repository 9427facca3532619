import fc from "fast-check";
import { expect, test } from "vitest";
import { isDeeperThan } from "./json-depth.js";

function depthOf(value: unknown): number {
  return typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

test("a JSON text is as deep as its value, whatever its strings hold", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}"\\]*$/));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(text, fc.constant(null), fc.array(tie("any")), fc.dictionary(text, tie("any"))),
  })).any;
  fc.assert(
    fc.property(value, (value) => {
      const depth = depthOf(value);
      const json = JSON.stringify(value);
      expect([isDeeperThan(json, depth), depth > 0 && isDeeperThan(json, depth - 1)]).toEqual([false, depth > 0]);
    }),
    { numRuns: 500 },
  );
});

test("a text that ends in the middle of a string ends", () => {
  for (const text of ['"', '"\\', '{"a\\"', "\\"]) expect(isDeeperThan(text, 1)).toBe(false);
});
