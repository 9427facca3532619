export { automaticConfig, pushToTalkConfig } from "./agent-config.js";
export { createClientWorld } from "./client-world.js";
export { type Deferred, deferred } from "./deferred.js";
export type { DeviceChange } from "./device-change.js";
export { turnOfTheLoop, until } from "./event-loop.js";
export { type AuthorizeRequest, FakeBackend } from "./fake-backend.js";
export { type FakeDevice, fakeDevice } from "./fake-device.js";
export { FakeMediaDevices } from "./fake-media-devices.js";
export {
  FakeDetectingMicrophone,
  type FakeDetectionSettings,
  FakeMicrophone,
  type FakeMicrophoneEvents,
  type FakeMicrophoneFrame,
  type FakeMicrophoneStart,
  type FakeSpeechEvent,
  FakeSwitchableMicrophone,
} from "./fake-microphone.js";
export { createFakePage } from "./fake-page.js";
export { audioContent, createFakeServer } from "./fake-server.js";
export { createWebSocketClass, FakeSocket } from "./fake-socket.js";
export {
  FakeMeasuringSpeaker,
  FakePausableSpeaker,
  type FakePlaybackPosition,
  FakePositionedSpeaker,
  FakeSpeaker,
  type FakeSpeakerEvents,
} from "./fake-speaker.js";
export { withMembers } from "./with-members.js";
export { createWorld, nothingHeld, type WorldSetup } from "./world.js";
