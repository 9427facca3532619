import type {
  createWebSocketClass,
  FakeDetectingMicrophone,
  FakeDetectionSettings,
  FakeMeasuringSpeaker,
  FakeMicrophone,
  FakeMicrophoneEvents,
  FakeMicrophoneFrame,
  FakePausableSpeaker,
  FakePlaybackPosition,
  FakeSpeaker,
  FakeSpeakerEvents,
  FakeSpeechEvent,
  FakeSwitchableMicrophone,
  pushToTalkConfig,
} from "@layercode/client-testing";
import { expectTypeOf, test } from "vitest";
import type {
  AgentConfig,
  AudioInput,
  AudioInputEvents,
  AudioInputFrame,
  AudioOutput,
  AudioOutputEvents,
  DetectionSettings,
  PlaybackPosition,
  SpeechEvent,
  WebSocketConstructor,
} from "../src/index.js";

test("the fakes, which cannot import core, are what core asks of audio, socket and backend", () => {
  expectTypeOf<FakeMicrophone>().toExtend<AudioInput>();
  expectTypeOf<FakeSwitchableMicrophone>().toExtend<AudioInput>();
  expectTypeOf<FakeDetectingMicrophone>().toExtend<AudioInput>();
  expectTypeOf<FakeSpeaker>().toExtend<AudioOutput>();
  expectTypeOf<FakeMeasuringSpeaker>().toExtend<AudioOutput>();
  expectTypeOf<FakePausableSpeaker>().toExtend<AudioOutput>();
  expectTypeOf<ReturnType<typeof createWebSocketClass>>().toExtend<WebSocketConstructor>();
  expectTypeOf<typeof pushToTalkConfig>().toExtend<AgentConfig>();
});

// TypeScript compares parameters of methods in either direction, so the test above does not see an event that is missing.
test("what the fakes tell is what core listens to", () => {
  expectTypeOf<FakeMicrophoneEvents>().toEqualTypeOf<AudioInputEvents>();
  expectTypeOf<FakeMicrophoneFrame>().toEqualTypeOf<AudioInputFrame>();
  expectTypeOf<FakeSpeakerEvents>().toEqualTypeOf<AudioOutputEvents>();
  expectTypeOf<FakeSpeechEvent>().toEqualTypeOf<SpeechEvent>();
  expectTypeOf<FakeDetectionSettings>().toEqualTypeOf<DetectionSettings>();
  expectTypeOf<FakePlaybackPosition>().toEqualTypeOf<PlaybackPosition>();
});
