import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GateState, judgeFrame } from "./gate.js";

const open: GateState = {
  status: "connected",
  isListening: true,
  isPushToTalk: false,
  isModeKnown: true,
  press: null,
  preRollMs: null,
};
const pushToTalk: GateState = { ...open, isPushToTalk: true };
const frame = { pcm: Int16Array.from({ length: 160 }, (_, i) => i), time: 2 };
const pressedAt = (at: number, releasedAt: number | null = null): GateState => ({
  ...pushToTalk,
  press: { at, releasedAt },
});

const judge = (gate: GateState, preConnectBuffer: boolean | number = false) => {
  const { verdict, pcm } = judgeFrame(gate, frame, preConnectBuffer);
  return { verdict, pcm };
};
const verdict = (gate: GateState, preConnectBuffer?: boolean | number) => judge(gate, preConnectBuffer).verdict;
const passed = (gate: GateState) => judge(gate).pcm;
/** Seconds of audio that may wait. */
const limit = (gate: GateState, preConnectBuffer: boolean | number = false) =>
  judgeFrame(gate, frame, preConnectBuffer).limit / 8000;

describe("the gate", () => {
  test("lets everything through in automatic mode, and nothing without a session, muted or switched off", () => {
    expect(judge(open)).toEqual({ verdict: "pass", pcm: frame.pcm });
    expect(passed(open)).toBe(frame.pcm);
    for (const status of ["disconnected", "error", "connecting"] as const)
      expect(verdict({ ...open, status })).toBe("shut");
    expect(verdict({ ...open, isListening: false })).toBe("shut");
  });

  test("holds for the next connection what it would let through", () => {
    expect(judge({ ...open, status: "reconnecting" })).toEqual({ verdict: "hold", pcm: frame.pcm });
    expect(judge({ ...pressedAt(2.01), status: "reconnecting" })).toEqual({
      verdict: "hold",
      pcm: frame.pcm.subarray(80),
    });
    expect(verdict({ ...pushToTalk, status: "reconnecting" })).toBe("shut");
  });

  test("is shut in push-to-talk until the press", () => {
    expect(verdict(pushToTalk)).toBe("shut");
    expect(judge(pressedAt(2))).toEqual({ verdict: "pass", pcm: frame.pcm });
    expect(verdict(pressedAt(2.02))).toBe("shut");
  });

  test("holds, before there is a configuration, what was said since a press, and nothing else", () => {
    const coming: GateState = { ...open, status: "connecting" };
    const press = { at: 2.01, releasedAt: null };
    expect(verdict(coming)).toBe("shut");
    expect(judge({ ...coming, press })).toEqual({ verdict: "hold", pcm: frame.pcm.subarray(80) });
    expect(verdict({ ...coming, status: "disconnected", press })).toBe("shut");
  });

  test("lets a sentence wait for the network, and a whole press for whatever it waits for; of a gap, its last second", () => {
    const press = { at: 1, releasedAt: null };
    expect(limit(open)).toBe(10);
    expect(limit({ ...open, status: "reconnecting" })).toBe(1);
    for (const status of ["connecting", "reconnecting", "connected"] as const)
      expect(limit({ ...pushToTalk, status, press })).toBe(60);
  });

  test("keeps silence as the pre-roll of speech, before and after a loss, and nothing of it otherwise", () => {
    const silence: GateState = { ...open, preRollMs: 1200 };
    for (const status of ["connected", "reconnecting"] as const) {
      expect(judge({ ...silence, status })).toEqual({ verdict: "silence", pcm: frame.pcm });
      expect(limit({ ...silence, status })).toBe(1.2);
    }
    expect(verdict({ ...silence, isListening: false })).toBe("shut");
    expect(verdict({ ...silence, status: "connecting" })).toBe("shut");
    // What was said while connecting was asked for by the option, whoever spoke.
    expect(verdict({ ...silence, status: "connecting" }, true)).toBe("hold");
  });

  describe("with the option preConnectBuffer", () => {
    const asking: GateState = { ...open, status: "connecting", isModeKnown: false };
    const coming: GateState = { ...open, status: "connecting" };
    const press = { at: 2.01, releasedAt: null };

    test("decides nothing before there is a configuration, unless the microphone is muted or off", () => {
      expect(judge(asking, true)).toEqual({ verdict: "undecided", pcm: frame.pcm });
      expect(judge({ ...asking, press }, true)).toEqual({ verdict: "undecided", pcm: frame.pcm });
      expect(verdict({ ...asking, isListening: false }, true)).toBe("shut");
    });

    test("holds what is said to an agent that listens all the time, as much as the option says", () => {
      expect(judge(coming, true)).toEqual({ verdict: "hold", pcm: frame.pcm });
      expect([limit(coming, true), limit(coming, 10_000), limit(coming, 500)]).toEqual([10, 10, 0.5]);
      expect([limit(asking, 500), limit({ ...asking, press }, 500)]).toEqual([0.5, 60]);
    });

    test("holds nothing that is said to one with push-to-talk but a press", () => {
      expect(verdict({ ...coming, isPushToTalk: true }, true)).toBe("shut");
      const pressed = judge({ ...coming, isPushToTalk: true, press }, true);
      expect(pressed).toEqual({ verdict: "hold", pcm: frame.pcm.subarray(80) });
    });

    test.each<[string, GateState]>([
      ["connected", open],
      ["reconnecting", { ...open, status: "reconnecting" }],
      ["reconnecting, while the backend is asked", { ...open, status: "reconnecting", isModeKnown: false }],
      ["disconnected", { ...open, status: "disconnected" }],
      ["pressed", pressedAt(2.01)],
    ])("changes nothing while %s", (_, gate) => {
      expect(judgeFrame(gate, frame, true)).toEqual(judgeFrame(gate, frame, false));
    });

    test.each([false, 0])("given as %j, changes nothing", (off) => {
      expect(verdict(asking, off)).toBe("shut");
      expect(verdict(coming, off)).toBe("shut");
    });
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
    expect(passed(pressedAt(1, Infinity))).toEqual(frame.pcm);
  });

  test("lets out what was captured from the press to the release, no sample more and none less", () => {
    const around = fc.double({ min: 1.9, max: 2.1, noNaN: true });
    fc.assert(
      fc.property(around, fc.option(around), (at, releasedAt) => {
        const samples = passed(pressedAt(at, releasedAt));
        const tolerance = 1e-6;
        for (const sample of frame.pcm) {
          const time = frame.time + sample / 8000;
          const end = releasedAt ?? Infinity;
          if (samples.includes(sample)) {
            expect(time).toBeGreaterThanOrEqual(at - tolerance);
            expect(time).toBeLessThan(end + tolerance);
          } else expect(time < at + tolerance || time >= end - tolerance).toBe(true);
        }
      }),
    );
  });
});
