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
const pressedAt = (at: number): Model => ({ ...pushToTalk, press: { id: 1, at, releasing: false } });

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
    const press = { id: 1, at: 2.01, releasing: false };
    expect(passGate({ ...connecting, press }, frame)).toEqual(frame.pcm.subarray(80));
    expect(passGate({ ...closed, press }, frame)).toBeNull();
  });

  it("cuts a frame that straddles the press to the sample", () => {
    expect(passGate(pressedAt(2.01), frame)).toEqual(frame.pcm.subarray(80));
    expect(passGate(pressedAt(2.00001), frame)?.[0]).toBe(1);
  });

  it("never lets out a sample captured before the press, nor holds one back that was not", () => {
    fc.assert(
      fc.property(fc.double({ min: 1.9, max: 2.1, noNaN: true }), (at) => {
        const passed = passGate(pressedAt(at), frame) ?? new Int16Array();
        const held = frame.pcm.length - passed.length;
        const tolerance = 1e-6;
        if (passed.length > 0) expect(frame.time + held / 8000).toBeGreaterThanOrEqual(at - tolerance);
        if (held > 0) expect(frame.time + (held - 1) / 8000).toBeLessThan(at + tolerance);
      }),
    );
  });
});
