import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { start } from "../../../test/slices.js";
import type { VadConfig } from "../../authorization/schema.js";
import { detectionSettings, preRollMsOf } from "./detection-settings.js";

const ours = {
  vad: "silero",
  positiveThreshold: 0.35,
  negativeThreshold: 0.2,
  hangOverMs: 1400,
  minimumSpeechMs: 64,
  bargeIn: "pause",
};
const settingsOf = (config?: VadConfig | null) => detectionSettings(start, config, "pause");

describe("config.vad", () => {
  test.each<[string, VadConfig | null | undefined, object]>([
    ["absent", undefined, {}],
    ["null", null, {}],
    ["empty", {}, {}],
    ["enabled", { enabled: true }, {}],
    ["another model, which there is not", { model: "v5" }, {}],
    [
      "thresholds",
      { positive_speech_threshold: 0.6, negative_speech_threshold: 0.4 },
      { positiveThreshold: 0.6, negativeThreshold: 0.4 },
    ],
    ["a threshold of nothing", { negative_speech_threshold: 0 }, { negativeThreshold: 0 }],
    [
      "a threshold below where speech ends",
      { positive_speech_threshold: 0.15 },
      { positiveThreshold: 0.15, negativeThreshold: 0.15 },
    ],
    ["redemption_frames", { redemption_frames: 4 }, { hangOverMs: 128 }],
    ["redemption_frames of another length", { redemption_frames: 4, frame_samples: 1536 }, { hangOverMs: 384 }],
    ["min_speech_frames", { min_speech_frames: 5 }, { minimumSpeechMs: 160 }],
    ["no minimum", { min_speech_frames: 0 }, { minimumSpeechMs: 0 }],
    ["a length of frames alone", { frame_samples: 1536 }, {}],
    ["frames without a length", { redemption_frames: 4, frame_samples: 0 }, { hangOverMs: 128 }],
    ["no numbers", { positive_speech_threshold: "high", redemption_frames: NaN, min_speech_frames: -1 } as never, {}],
    ["no probabilities", { positive_speech_threshold: 1.5, negative_speech_threshold: -1 }, {}],
    ["what concerns the gate", { gate_audio: false, buffer_frames: 3, pre_speech_pad_frames: 2 }, {}],
  ])("%s", (_, config, expected) => {
    expect(settingsOf(config)).toEqual({ ...ours, ...expected });
  });

  test.each<[string, VadConfig | null | undefined, number | null]>([
    ["absent", undefined, 1000],
    ["null", null, 1000],
    ["gate_audio", { gate_audio: true }, 1000],
    ["no gate", { gate_audio: false, buffer_frames: 20 }, null],
    ["buffer_frames", { buffer_frames: 3 }, 300],
    ["no buffer", { buffer_frames: 0 }, 0],
    ["padding, on top of the buffer", { pre_speech_pad_frames: 10 }, 1320],
    ["padding of another frame's length", { buffer_frames: 2, pre_speech_pad_frames: 1, frame_samples: 1536 }, 296],
    ["no numbers", { buffer_frames: "many", pre_speech_pad_frames: Infinity } as never, 1000],
  ])("pre-roll: %s", (_, config, expected) => {
    expect(preRollMsOf(config)).toBe(expected);
  });

  test("whatever the server sends, the settings make sense", () => {
    const numbers = fc.option(fc.oneof(fc.double(), fc.integer(), fc.constant("v5")), { nil: undefined });
    const config = fc.record({
      positive_speech_threshold: numbers,
      negative_speech_threshold: numbers,
      redemption_frames: numbers,
      min_speech_frames: numbers,
      frame_samples: numbers,
      buffer_frames: numbers,
      pre_speech_pad_frames: numbers,
    });
    fc.assert(
      fc.property(config, (given) => {
        const settings = settingsOf(given as VadConfig);
        if (!settings) throw new Error("off");
        const { positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs } = settings;
        expect(0 <= negativeThreshold && negativeThreshold <= positiveThreshold && positiveThreshold <= 1).toBe(true);
        for (const ms of [hangOverMs, minimumSpeechMs, preRollMsOf(given as VadConfig)])
          expect(Number.isFinite(ms) && Number(ms) >= 0).toBe(true);
      }),
    );
  });
});

describe("the options", () => {
  test.each<[string, Partial<typeof start>, VadConfig]>([
    ["enableVAD: false", { enableVAD: false }, { enabled: true }],
    ["vad: false", { vad: false }, { enabled: true }],
    ["the server's enabled: false", {}, { enabled: false }],
  ])("nothing is detected with %s", (_, options, config) => {
    expect(detectionSettings({ ...start, ...options }, config, "pause")).toBeNull();
  });

  test("say what detects, and where it is to be had", () => {
    const vad = { frameLength: 512, process: () => 0, reset: () => {} };
    const own = detectionSettings({ ...start, vad, vadModelUrl: "/m.bin", vadWorkletUrl: "/w.js" }, {}, "off");
    expect(own).toEqual({ ...ours, vad, bargeIn: "off", modelUrl: "/m.bin", workletUrl: "/w.js" });
  });
});
