import { expect, test } from "vitest";
import { segmenterDefaults, type Vad } from "../vad/vad.js";
import { type DetectionSettings, findInvalid } from "./detection-settings.js";

const settings: DetectionSettings = { ...segmenterDefaults, vad: "silero", bargeIn: "pause" };
const own = (frameLength: number): Vad => ({ frameLength, process: () => 0, reset() {} });

test.each<[string, Partial<DetectionSettings>]>([
  ["vad", { vad: "webrtc" as never }],
  ["vad", { vad: {} as never }],
  ["vad.frameLength", { vad: own(100) }],
  ["vad.frameLength", { vad: own(480.5) }],
  ["positiveThreshold", { positiveThreshold: 1.1 }],
  ["positiveThreshold", { positiveThreshold: NaN }],
  ["negativeThreshold", { negativeThreshold: 0.4 }],
  ["hangOverMs", { hangOverMs: -1 }],
  ["minimumSpeechMs", { minimumSpeechMs: NaN }],
  ["bargeIn", { bargeIn: "stop" as never }],
])("%s that cannot be is named: %o", (name, wrong) => {
  expect(findInvalid({ ...settings, ...wrong })).toEqual([name, expect.anything(), expect.any(String)]);
});

test("a detector that does not say how long its frames are is refused: it would be asked for each sample", () => {
  const vad = { process: () => 0, reset() {} } as unknown as Vad;
  expect(findInvalid({ ...settings, vad })).toEqual(["vad.frameLength", undefined, expect.any(String)]);
});

test("what can be passes", () => {
  for (const vad of ["silero", "energy", own(480)] as const) {
    expect(findInvalid({ ...settings, vad, hangOverMs: 0, minimumSpeechMs: 0 })).toBeNull();
  }
});
