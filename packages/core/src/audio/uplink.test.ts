import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Uplink } from "./uplink.js";

const frame = (value: number, samples = 160) => new Int16Array(samples).fill(value);
const samplesOf = (frames: readonly Int16Array[]) => frames.reduce((sum, { length }) => sum + length, 0);

describe("the way from the microphone to the socket", () => {
  test("holds nothing up while the network keeps up", () => {
    const uplink = new Uplink();
    for (let n = 0; n < 100; n++) {
      expect(uplink.push(frame(n), 0)).toBe(false);
      expect(uplink.take(0)).toEqual([frame(n)]);
    }
  });

  test("writes no more than half a second into the socket, except for a tail", () => {
    const uplink = new Uplink();
    for (let n = 0; n < 50; n++) uplink.push(frame(n), 0);
    expect(samplesOf(uplink.take(0))).toBe(4000);
    expect(uplink.take(12_000)).toEqual([]);
    expect(samplesOf(uplink.take(Number.NEGATIVE_INFINITY))).toBe(4000);
    expect(uplink.take(0)).toEqual([]);
  });

  test("tells of an episode once, and of the next when all was well in between", () => {
    const uplink = new Uplink();
    const losses = (frames: number, unsent: number) =>
      Array.from({ length: frames }, (_, n) => uplink.push(frame(n), unsent)).filter(Boolean).length;
    expect(losses(100, 12_000)).toBe(1);
    uplink.take(0);
    uplink.take(0);
    expect(losses(100, 12_000)).toBe(0);
    uplink.clear();
    expect(losses(100, 0)).toBe(1);
  });

  test("whatever the network does: what leaves is in order, whole, once, and at most a second waits", () => {
    const step = fc.record({ unsent: fc.integer({ min: 0, max: 40_000 }), samples: fc.integer({ min: 1, max: 800 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const uplink = new Uplink();
        const left: number[] = [];
        for (const [n, { unsent, samples }] of steps.entries()) {
          uplink.push(frame(n, samples), unsent);
          left.push(...uplink.take(unsent).map(([value]) => value as number));
        }
        const rest = uplink.take(Number.NEGATIVE_INFINITY);
        expect(samplesOf(rest)).toBeLessThanOrEqual(8000);
        left.push(...rest.map(([value]) => value as number));
        expect(left).toEqual([...new Set(left)].sort((a, b) => a - b));
        if (steps.length > 0) expect(left.at(-1)).toBe(steps.length - 1);
      }),
    );
  });
});
