import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GateState, judgeFrame } from "./gate.js";

const open: GateState = { status: "connected", isListening: true, isPushToTalk: false, press: null };
const pushToTalk: GateState = { ...open, isPushToTalk: true };
const frame = { pcm: Int16Array.from({ length: 160 }, (_, i) => i), time: 2 };
const pressedAt = (at: number, releasedAt: number | null = null): GateState => ({
  ...pushToTalk,
  press: { at, releasedAt },
});

const verdict = (gate: GateState) => judgeFrame(gate, frame).verdict;
const passed = (gate: GateState) => judgeFrame(gate, frame).pcm;

describe("the gate", () => {
  test("lets everything through in automatic mode, and nothing without a session, muted or switched off", () => {
    expect(judgeFrame(open, frame)).toEqual({ verdict: "pass", pcm: frame.pcm });
    expect(passed(open)).toBe(frame.pcm);
    for (const status of ["disconnected", "error", "connecting"] as const)
      expect(verdict({ ...open, status })).toBe("shut");
    expect(verdict({ ...open, isListening: false })).toBe("shut");
  });

  test("holds for the next connection what it would let through", () => {
    expect(judgeFrame({ ...open, status: "reconnecting" }, frame)).toEqual({ verdict: "hold", pcm: frame.pcm });
    expect(judgeFrame({ ...pressedAt(2.01), status: "reconnecting" }, frame)).toEqual({
      verdict: "hold",
      pcm: frame.pcm.subarray(80),
    });
    expect(verdict({ ...pushToTalk, status: "reconnecting" })).toBe("shut");
  });

  test("is shut in push-to-talk until the press", () => {
    expect(verdict(pushToTalk)).toBe("shut");
    expect(judgeFrame(pressedAt(2), frame)).toEqual({ verdict: "pass", pcm: frame.pcm });
    expect(verdict(pressedAt(2.02))).toBe("shut");
  });

  test("holds, before there is a configuration, what was said since a press, and nothing else", () => {
    const coming: GateState = { ...open, status: "connecting" };
    const press = { at: 2.01, releasedAt: null };
    expect(verdict(coming)).toBe("shut");
    expect(judgeFrame({ ...coming, press }, frame)).toEqual({ verdict: "hold", pcm: frame.pcm.subarray(80) });
    expect(verdict({ ...coming, status: "disconnected", press })).toBe("shut");
  });

  test("cuts a frame that straddles the press to the sample", () => {
    expect(passed(pressedAt(2.01))).toEqual(frame.pcm.subarray(80));
    expect(passed(pressedAt(2.00001))[0]).toBe(1);
  });

  test("cuts one that straddles the release, and stays open, for nothing, while the tail is on its way", () => {
    expect(passed(pressedAt(1, 2.01))).toEqual(frame.pcm.subarray(0, 80));
    expect(passed(pressedAt(2.005, 2.01))).toEqual(frame.pcm.subarray(40, 80));
    expect(passed(pressedAt(1, 2))).toEqual(new Int16Array());
    expect(passed(pressedAt(1, 1.5))).toEqual(new Int16Array());
    expect(passed(pressedAt(1, Number.POSITIVE_INFINITY))).toEqual(frame.pcm);
  });

  test("lets out what was captured from the press to the release, no sample more and none less", () => {
    const around = fc.double({ min: 1.9, max: 2.1, noNaN: true });
    fc.assert(
      fc.property(around, fc.option(around), (at, releasedAt) => {
        const samples = passed(pressedAt(at, releasedAt));
        const tolerance = 1e-6;
        for (const sample of frame.pcm) {
          const time = frame.time + sample / 8000;
          const end = releasedAt ?? Number.POSITIVE_INFINITY;
          if (samples.includes(sample)) {
            expect(time).toBeGreaterThanOrEqual(at - tolerance);
            expect(time).toBeLessThan(end + tolerance);
          } else expect(time < at + tolerance || time >= end - tolerance).toBe(true);
        }
      }),
    );
  });
});
