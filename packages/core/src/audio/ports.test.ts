import type { Microphone, Speaker } from "@layercode/audio";
import { expectTypeOf, test } from "vitest";
import type { AudioInput, AudioOutput } from "./ports.js";

test("the audio package is what core asks of audio", () => {
  expectTypeOf<Microphone>().toExtend<AudioInput>();
  expectTypeOf<Speaker>().toExtend<AudioOutput>();
});
