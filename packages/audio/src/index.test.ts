import { expect, test } from "vitest";
import * as audio from "./index.js";

test("imports where there is no sound, and says so when it is asked for", () => {
  expect(Object.keys(audio).sort()).toEqual([
    "AudioError",
    "createAudioEngine",
    "createMicrophone",
    "createRecording",
    "createResampler",
    "createSpeaker",
    "encodeWav",
    "floatToPcm16",
    "followDevices",
    "listInputDevices",
    "listOutputDevices",
    "loadDetector",
    "openMicrophone",
    "pcm16ToFloat",
    "watchInputDevices",
    "watchOutputDevices",
  ]);
  expect(() => audio.createAudioEngine()).toThrow(expect.objectContaining({ code: "output-unsupported" }));
});
