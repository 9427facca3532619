import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createJitterBuffer, type JitterBuffer } from "./jitter-buffer.js";

/** Messages of 40 ms, each as long after the one before it as `gaps` say, in seconds; the first begins a turn. */
function receive(jitterBuffer: JitterBuffer, gaps: readonly number[], from = 0): number {
  let now = from;
  jitterBuffer.arrived(now, 0.04, false);
  for (const gap of gaps) {
    now += gap;
    jitterBuffer.arrived(now, 0.04, true);
  }
  return now;
}

describe("playing starts", () => {
  test("at 60 ms from cold, at 100 ms after an underrun", () => {
    const jitterBuffer = createJitterBuffer();
    jitterBuffer.arrived(0, 0.06, false);
    expect(jitterBuffer.ready(0, 0.059, false)).toBe(false);
    expect(jitterBuffer.ready(0, 0.06, false)).toBe(true);
    jitterBuffer.underrun();
    expect(jitterBuffer.ready(0, 0.099, false)).toBe(false);
    expect(jitterBuffer.ready(0, 0.1, false)).toBe(true);
  });

  test("at once when a turn ends in the queue, and never on nothing", () => {
    const jitterBuffer = createJitterBuffer();
    expect(jitterBuffer.ready(0, 0, true)).toBe(false);
    expect(jitterBuffer.ready(100, 0, false)).toBe(false);
    expect(jitterBuffer.ready(0, 0.001, true)).toBe(true);
  });

  test("with a short reply when nothing more has come for 60 ms, or for as long as the threshold where that is longer", () => {
    const jitterBuffer = createJitterBuffer();
    jitterBuffer.arrived(1, 0.02, false);
    expect(jitterBuffer.ready(1.0599, 0.02, false)).toBe(false);
    expect(jitterBuffer.ready(1.06, 0.02, false)).toBe(true);
    jitterBuffer.arrived(1.05, 0.02, true);
    expect(jitterBuffer.ready(1.06, 0.04 - 0.001, false)).toBe(false);
    jitterBuffer.underrun();
    expect(jitterBuffer.ready(1.1499, 0.04, false)).toBe(false);
    expect(jitterBuffer.ready(1.1501, 0.04, false)).toBe(true);
  });
});

describe("the threshold", () => {
  test("outlasts the next gap by 10 ms, the fourth longest of 64 at that, within 40 and 240 ms", () => {
    const jitterBuffer = createJitterBuffer();
    expect(jitterBuffer.threshold).toBe(0.06);
    receive(
      jitterBuffer,
      Array.from({ length: 64 }, () => 0.04),
    );
    expect(jitterBuffer.threshold).toBeCloseTo(0.05, 9);
    // Three of 64 may be later; the fourth counts.
    const late = (count: number) => Array.from({ length: 64 }, (_, index) => (index < count ? 0.15 : 0.01));
    receive(jitterBuffer, late(3), 10);
    expect(jitterBuffer.threshold).toBe(0.04);
    receive(jitterBuffer, late(4), 20);
    expect(jitterBuffer.threshold).toBeCloseTo(0.16, 9);
    receive(jitterBuffer, [1, 1, 1, 1], 30);
    expect(jitterBuffer.threshold).toBe(0.24);
  });

  test("lets a message of 100 ms that nothing lacks play at once, however long it is", () => {
    const jitterBuffer = createJitterBuffer();
    for (let message = 0; message < 10; message++) jitterBuffer.arrived(message / 10, 0.1, message > 0);
    expect(jitterBuffer.threshold).toBeCloseTo(0.07, 9);
    expect(jitterBuffer.ready(0.9, 0.1, false)).toBe(true);
  });

  test("knows previous turns, and takes the silence between two for no gap", () => {
    const jitterBuffer = createJitterBuffer();
    const end = receive(jitterBuffer, [0.14, 0, 0.14, 0]);
    expect(jitterBuffer.threshold).toBeCloseTo(0.15, 9);
    jitterBuffer.finished();
    jitterBuffer.arrived(end + 5, 0.02, false);
    expect(jitterBuffer.threshold).toBeCloseTo(0.13, 9);
  });

  test("grows by 40 ms an underrun, up to 240, and shrinks by a tenth a clean turn, down to what was measured", () => {
    const jitterBuffer = createJitterBuffer();
    let now = 0;
    jitterBuffer.arrived(now, 0.04, false);
    const stumble = () => {
      jitterBuffer.underrun();
      now += 0.05;
      jitterBuffer.arrived(now, 0.04, true);
    };
    stumble();
    jitterBuffer.finished();
    expect(jitterBuffer.threshold).toBeCloseTo(0.1, 9);
    jitterBuffer.finished();
    expect(jitterBuffer.threshold).toBeCloseTo(0.09, 9);
    jitterBuffer.finished();
    expect(jitterBuffer.threshold).toBeCloseTo(0.081, 9);
    for (let turn = 0; turn < 20; turn++) jitterBuffer.finished();
    expect(jitterBuffer.threshold).toBeCloseTo(0.06, 9);
    for (let turn = 0; turn < 20; turn++) stumble();
    expect(jitterBuffer.threshold).toBe(0.24);
  });

  test("after an underrun is 100 ms at least, until what ran dry is over", () => {
    const jitterBuffer = createJitterBuffer();
    const end = receive(jitterBuffer, [0.01, 0.01]);
    jitterBuffer.underrun();
    expect(jitterBuffer.threshold).toBe(0.1);
    jitterBuffer.arrived(end + 0.01, 0.01, true);
    expect(jitterBuffer.threshold).toBe(0.1);
    jitterBuffer.reset();
    expect(jitterBuffer.threshold).toBeLessThan(0.1);
  });

  test("knows no underrun where another turn follows: the server does not say when one is over", () => {
    const jitterBuffer = createJitterBuffer();
    for (let turn = 0; turn < 20; turn++) {
      jitterBuffer.arrived(turn, 0.1, false);
      jitterBuffer.underrun();
    }
    jitterBuffer.arrived(20, 0.1, false);
    expect(jitterBuffer.threshold).toBe(0.06);
  });
});

test("whatever comes when, it follows the rules as they are written down", () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        gap: fc.integer({ min: 0, max: 400 }),
        ms: fc.integer({ min: 1, max: 300 }),
        goesOn: fc.boolean(),
      }),
    },
    fc.constant("underrun" as const),
    fc.constant("finished" as const),
    fc.constant("reset" as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const jitterBuffer = createJitterBuffer();
      // The model, in whole milliseconds: every gap that there ever was.
      const lacking: number[] = [];
      let now = 0;
      let previous = 0;
      let extra = 0;
      let dry = false;
      let rebuffers = false;
      let clean = true;
      const wanted = () => {
        const sorted = lacking.slice(-64).sort((a, b) => a - b);
        const lacks = sorted[Math.ceil(sorted.length * 0.95) - 1];
        const gap = lacks === undefined ? 60 : Math.min(60, previous) + lacks + 10;
        return Math.max(rebuffers ? 100 : 0, Math.min(240, Math.max(40, gap + extra)));
      };
      for (const step of steps) {
        if (step === "underrun") {
          jitterBuffer.underrun();
          rebuffers = true;
          dry = true;
        } else if (step === "reset") {
          jitterBuffer.reset();
          rebuffers = false;
          dry = false;
          clean = true;
        } else if (step === "finished") {
          jitterBuffer.finished();
          rebuffers = false;
          dry = false;
          if (clean) extra = Math.max(0, extra - wanted() / 10);
          clean = true;
        } else {
          now += step.gap;
          jitterBuffer.arrived(now / 1000, step.ms / 1000, step.goesOn);
          if (dry && step.goesOn) {
            extra = Math.min(240, extra + 40);
            clean = false;
          } else if (dry) rebuffers = false;
          dry = false;
          if (step.goesOn) lacking.push(step.gap - previous);
          previous = step.ms;
        }
        const threshold = wanted();
        expect(jitterBuffer.threshold * 1000).toBeCloseTo(threshold, 6);
        expect(jitterBuffer.ready(now / 1000, (threshold + 0.001) / 1000, false)).toBe(true);
        expect(jitterBuffer.ready(now / 1000, (threshold - 0.001) / 1000, false)).toBe(false);
        expect(jitterBuffer.ready(now / 1000, 0.001, true)).toBe(true);
        const whole = now + Math.max(60, threshold);
        expect(jitterBuffer.ready((whole - 0.001) / 1000, 0.001, false)).toBe(false);
        expect(jitterBuffer.ready((whole + 0.001) / 1000, 0.001, false)).toBe(true);
        expect(jitterBuffer.ready((whole + 1) / 1000, 0, false)).toBe(false);
      }
    }),
    { numRuns: process.env.LONG ? 400 : 50 },
  );
});
