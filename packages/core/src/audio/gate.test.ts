import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialModel, type Model } from "../client/model.js";
import { passGate } from "./gate.js";

const settings = { agentId: "ag", connectTimeout: 1, deferAudioInit: false, maxMessages: 1, reconnect: {} };
const start = { conversationId: null, audioInput: true, audioOutput: true, volume: 1, messages: [] };
const closed = initialModel(settings, start);
const open: Model = { ...closed, link: "open", state: { ...closed.state, status: "connected" } };
const pushToTalk: Model = { ...open, state: { ...open.state, pushToTalk: { enabled: true, pressed: false } } };
const frame = { pcm: Int16Array.from({ length: 160 }, (_, i) => i), time: 2 };
const pressedAt = (at: number, releasedAt: number | null = null): Model => ({
  ...pushToTalk,
  press: { id: 1, at, releasedAt },
});

describe("the gate", () => {
  it("lets everything through in automatic mode, and nothing before connected, muted or switched off", () => {
    expect(passGate(open, frame)).toBe(frame.pcm);
    expect(passGate(closed, frame)).toBeNull();
    expect(passGate({ ...open, state: { ...open.state, status: "connecting" } }, frame)).toBeNull();
    expect(passGate({ ...open, state: { ...open.state, isMuted: true } }, frame)).toBeNull();
    expect(passGate({ ...open, state: { ...open.state, audioInput: false } }, frame)).toBeNull();
  });

  it("is shut in push-to-talk until the press", () => {
    expect(passGate(pushToTalk, frame)).toBeNull();
    expect(passGate(pressedAt(2), frame)).toEqual(frame.pcm);
    expect(passGate(pressedAt(2.02), frame)).toBeNull();
  });

  it("lets wait, before there is a configuration, what was said since a press, and nothing else", () => {
    const connecting: Model = { ...closed, link: "authorizing", state: { ...closed.state, status: "connecting" } };
    expect(passGate(connecting, frame)).toBeNull();
    const press = { id: 1, at: 2.01, releasedAt: null };
    expect(passGate({ ...connecting, press }, frame)).toEqual(frame.pcm.subarray(80));
    expect(passGate({ ...closed, press }, frame)).toBeNull();
  });

  it("cuts a frame that straddles the press to the sample", () => {
    expect(passGate(pressedAt(2.01), frame)).toEqual(frame.pcm.subarray(80));
    expect(passGate(pressedAt(2.00001), frame)?.[0]).toBe(1);
  });

  it("cuts one that straddles the release, and stays open, for nothing, while the tail is on its way", () => {
    expect(passGate(pressedAt(1, 2.01), frame)).toEqual(frame.pcm.subarray(0, 80));
    expect(passGate(pressedAt(2.005, 2.01), frame)).toEqual(frame.pcm.subarray(40, 80));
    expect(passGate(pressedAt(1, 2), frame)).toEqual(new Int16Array());
    expect(passGate(pressedAt(1, 1.5), frame)).toEqual(new Int16Array());
    expect(passGate(pressedAt(1, Number.POSITIVE_INFINITY), frame)).toEqual(frame.pcm);
  });

  it("lets out what was captured from the press to the release, no sample more and none less", () => {
    const around = fc.double({ min: 1.9, max: 2.1, noNaN: true });
    fc.assert(
      fc.property(around, fc.option(around), (at, releasedAt) => {
        const passed = passGate(pressedAt(at, releasedAt), frame) ?? new Int16Array();
        const tolerance = 1e-6;
        for (const sample of frame.pcm) {
          const time = frame.time + sample / 8000;
          const end = releasedAt ?? Number.POSITIVE_INFINITY;
          if (passed.includes(sample)) {
            expect(time).toBeGreaterThanOrEqual(at - tolerance);
            expect(time).toBeLessThan(end + tolerance);
          } else expect(time < at + tolerance || time >= end - tolerance).toBe(true);
        }
      }),
    );
  });
});
