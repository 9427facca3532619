export type { MicrophonePermission, TestMicrophone } from "./microphone.js";
export { type Layercode, type LayercodeFixtures, layercode } from "./playwright.js";
export { type MockServerFixtures, mockServer } from "./vitest.js";
