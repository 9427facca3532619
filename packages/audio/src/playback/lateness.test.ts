import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLateness } from "./lateness.js";

/** A turn of messages of 100 ms in real time from `start` on, each as late as `late` says, in seconds. */
function receive(lateness: ReturnType<typeof createLateness>, start: number, late: readonly number[]): void {
  for (const [index, by] of late.entries()) lateness.arrived(start + index / 10 + by, 0.1, index > 0);
}

const times = (count: number, late: number) => Array.from({ length: count }, () => late);

describe("playing starts", () => {
  test("at 40 ms, at the end of a turn, or 60 ms after the last message, and never on nothing", () => {
    const lateness = createLateness();
    lateness.arrived(1, 0.02, false);
    expect(lateness.ready(1, 0.04, false)).toBe(true);
    expect(lateness.ready(1.059, 0.039, false)).toBe(false);
    expect(lateness.ready(1.061, 0.001, false)).toBe(true);
    expect(lateness.ready(1, 0.001, true)).toBe(true);
    expect(lateness.ready(9, 0, true)).toBe(false);
  });

  test("at 20 ms after an underrun, until the turn is over, or another one begins", () => {
    for (const over of ["reset", "finished", "another"] as const) {
      const lateness = createLateness();
      lateness.arrived(1, 0.1, false);
      lateness.underrun();
      expect(lateness.ready(1, 0.019, false)).toBe(false);
      expect(lateness.ready(1, 0.02, false)).toBe(true);
      if (over === "another") lateness.arrived(1, 0.02, false);
      else lateness[over]();
      expect(lateness.ready(1, 0.02, false)).toBe(false);
    }
  });
});

describe("the target", () => {
  test("is 80 ms in the first second, then what was measured and 20 ms, 270 at most", () => {
    const lateness = createLateness();
    receive(lateness, 5, times(10, 0));
    expect(lateness.target).toBeCloseTo(0.08, 9);
    lateness.arrived(6, 0.1, true);
    lateness.arrived(6.1, 0.1, true);
    expect(lateness.target).toBeCloseTo(0.02, 9);
    lateness.arrived(6.35, 0.1, true);
    expect(lateness.target).toBeCloseTo(0.17, 9);
    lateness.arrived(8, 0.1, true);
    expect(lateness.target).toBeCloseTo(0.27, 9);
  });

  test("of the next turn begins with what this one taught, if it was a second long", () => {
    const lateness = createLateness();
    receive(lateness, 0, [...times(10, 0), 0.12, 0]);
    receive(lateness, 10, times(3, 0));
    expect(lateness.target).toBeCloseTo(0.14, 9);
    receive(lateness, 20, times(12, 0));
    expect(lateness.target).toBeCloseTo(0.02, 9);
    receive(lateness, 30, times(3, 0));
    expect(lateness.target).toBeCloseTo(0.02, 9);
  });

  test("forgets what is more than 4 s of the turn ago", () => {
    const lateness = createLateness();
    receive(lateness, 0, [0, 0.2, ...times(38, 0)]);
    expect(lateness.target).toBeCloseTo(0.22, 9);
    receive(lateness, 0, [0, 0.2, ...times(43, 0)]);
    expect(lateness.target).toBeCloseTo(0.02, 9);
  });

  test("does not grow where a server is ahead, and more and more so", () => {
    const lateness = createLateness();
    for (let message = 0; message < 50; message++) lateness.arrived(message / 20, 0.1, message > 0);
    expect(lateness.target).toBeCloseTo(0.02, 9);
  });
});

test("playing is tight while it is less than the target behind the earliest message", () => {
  const lateness = createLateness();
  receive(lateness, 5, [...times(12, 0), 0.1]);
  // 1.3 s came, the earliest of them 0 s late; with 200 ms left, 1.1 s are played.
  const behind = (delay: number) => 5 + 1.1 + delay;
  expect(lateness.isTight(behind(0.119), 0.2)).toBe(true);
  expect(lateness.isTight(behind(0.121), 0.2)).toBe(false);
});

test("whatever arrives when, the target is what a list of the last 4 s says", () => {
  const messages = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 400 }), ms: fc.integer({ min: 1, max: 900 }) }),
    {
      minLength: 1,
      maxLength: 120,
      size: "max",
    },
  );
  fc.assert(
    fc.property(messages, (list) => {
      const lateness = createLateness();
      let now = 0;
      let received = 0;
      const noted: { bucket: number; late: number }[] = [];
      for (const [index, { gap, ms }] of list.entries()) {
        now += gap;
        lateness.arrived(now / 1000, ms / 1000, index > 0);
        noted.push({ bucket: Math.floor((received + 1e-6) / 125), late: now - received });
        received += ms;
      }
      const newest = noted.at(-1)!.bucket;
      const kept = noted.filter(({ bucket }) => bucket > newest - 32);
      const most = Math.max(
        ...kept.map(({ late }, index) => late - Math.min(...kept.slice(0, index + 1).map((before) => before.late))),
      );
      const measured = received / 1000 < 1 ? Math.max(60, most) : most;
      expect(lateness.target * 1000).toBeCloseTo(Math.min(250, measured) + 20, 4);
    }),
    { numRuns: process.env.LONG ? 400 : 50 },
  );
});
