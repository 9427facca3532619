export { bestCorrelation, type Correlation, envelope, rms } from "./correlation";
export {
  type BrowserPool,
  createBrowserPool,
  type EnginePageOptions,
  engines,
  whyMissing,
} from "./engines/browser-pool";
export {
  type BrowserSession,
  type ChromiumOptions,
  findChromium,
  launchChromium,
} from "./engines/chromium";
export type { Engine, EngineName, EnginePage, EngineSession } from "./engines/engine";
export { type EngineFixtures, type EngineWorkerFixtures, engineFixtures } from "./engines/fixtures";
export { isSpeechHeard } from "./engines/speech-heard";
export type { FakeMicrophone } from "./fake-microphone";
export { writeMicrophoneFile } from "./microphone-file";
export {
  type AudibleSpan,
  audibleSpans,
  installOutputTap,
  outputTapWorklet,
  readTap,
  type TapRecording,
  tapReady,
} from "./output-tap";
export { installScript, type Probe, probe, type ScriptedPage } from "./page";
export type { Instruments } from "./page/instruments";
export { toFloat, toPcm16 } from "./pcm";
export { redirectWebSockets } from "./redirect-websockets";
export { resample, resampleAudio } from "./resample";
export { type Census, describeLeft, expectNothingLeft, installResourceCensus, readCensus } from "./resource-census";
export { answerMicrophone, installScriptedMicrophone, type MicrophoneAnswer, speak } from "./scripted-microphone";
export { synthesizeSpeech, type Voice } from "./speech";
export { createTcpProxy, type TcpProxy } from "./tcp-proxy";
export { concatenate, decodeWav, encodeWav, type MonoAudio, readWav, silence, writeWav } from "./wav";
