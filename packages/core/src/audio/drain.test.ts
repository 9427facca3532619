import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Drain, heard, isBehind, isDead, look, newDrain } from "./drain.js";

/** Half a second of audio, and more than that. */
const much = 12_000;

type Look = readonly [now: number, unsentBytes: number, sentBytes: number];

function after(...looks: Look[]): Drain {
  return looks.reduce(
    (drain, [now, unsentBytes, sentBytes]) => look(drain, { unsentBytes, sentBytes }, now),
    newDrain(0),
  );
}
/** A look every 20 ms from `from` to `to`. */
const every20 = (from: number, to: number, unsentBytes: number, sentBytes = 0): Look[] =>
  Array.from({ length: (to - from) / 20 }, (_, n) => [from + (n + 1) * 20, unsentBytes, sentBytes]);

describe("a network is behind", () => {
  test.each<[string, Look[], boolean]>([
    ["whose socket holds more than half a second of audio, for half a second", every20(0, 500, much), true],
    ["not before", every20(0, 480, much), false],
    ["not while less than that waits", every20(0, 60_000, 11_000), false],
    [
      "not when all went away in between",
      [...every20(0, 300, much), [320, 0, much], ...every20(320, 780, much)],
      false,
    ],
    ["not because the page was busy: a burst waits, and no time has passed", every20(0, 0.2, much), false],
    [
      "not because the page was busy for 3 s, as it is told nothing meanwhile",
      [[20, much, 0], [3020, much, 0], ...every20(3020, 3220, much)],
      false,
    ],
  ])("%s", (_, looks, expected) => {
    expect(isBehind(after(...looks))).toBe(expected);
  });
});

describe("a connection is dead", () => {
  test.each<[string, Look[], boolean]>([
    ["that has taken nothing for 6 s", every20(0, 6000, 100), true],
    ["not before", every20(0, 5980, 100), false],
    ["not while nothing waits", every20(0, 60_000, 0), false],
    ["not one that takes a byte now and then", [...every20(0, 5000, 100), ...every20(5000, 10_000, much, 1)], false],
    [
      "not because the page was busy for a minute",
      [
        [20, 100, 0],
        [60_020, 100, 0],
      ],
      false,
    ],
    [
      "not because the clock was set",
      [
        [20, 100, 0],
        [-60_000, 100, 0],
        [60_000, 100, 0],
      ],
      false,
    ],
  ])("%s", (_, looks, expected) => {
    expect(isDead(after(...looks))).toBe(expected);
  });

  test("not one by which a message comes", () => {
    expect(isDead(look(heard(after(...every20(0, 5980, 100))), { unsentBytes: 100, sentBytes: 0 }, 6000))).toBe(false);
  });

  test("whatever the page does: never while the network takes something every 5 s that the page lets it", () => {
    const step = fc.record({ passes: fc.nat({ max: 10_000 }), writes: fc.nat({ max: 5000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let [now, counted, unsentBytes, sentBytes] = [0, 0, 0, 0];
        let drain = newDrain(0);
        for (const { passes, writes } of steps) {
          now += passes;
          counted += Math.min(passes, 250);
          if (counted >= 5000 && unsentBytes > 0) {
            [unsentBytes, sentBytes, counted] = [unsentBytes - 1, sentBytes + 1, 0];
          }
          drain = look(drain, { unsentBytes, sentBytes }, now);
          if (unsentBytes === 0) counted = 0;
          expect(isDead(drain)).toBe(false);
          unsentBytes += writes;
        }
      }),
    );
  });
});
