export { bestCorrelation, type Correlation, envelope, rms, shareHeard } from "./correlation.js";
export {
  type BrowserPool,
  createBrowserPool,
  type EnginePageOptions,
  engines,
  whyMissing,
} from "./engines/browser-pool.js";
export {
  type BrowserSession,
  type ChromiumOptions,
  findChromium,
  launchChromium,
} from "./engines/chromium.js";
export type { Engine, EngineName, EnginePage, EngineSession } from "./engines/engine.js";
export { type EngineFixtures, type EngineWorkerFixtures, engineFixtures } from "./engines/fixtures.js";
export { isSpeechHeard } from "./engines/speech-heard.js";
export type { FakeMicrophone } from "./fake-microphone.js";
export { writeMicrophoneFile } from "./microphone-file.js";
export { serveVoiceDetection } from "./official-voice-detection.js";
export {
  type AudibleSpan,
  audibleSpans,
  installOutputTap,
  outputTapWorklet,
  readTap,
  type TapRecording,
  tapReady,
} from "./output-tap.js";
export type { Instruments } from "./page/instruments.js";
export { installScript, type Probe, probe, type ScriptedPage } from "./page.js";
export { toFloat, toPcm16 } from "./pcm.js";
export { redirectWebSockets } from "./redirect-websockets.js";
export { resample, resampleAudio } from "./resample.js";
export { type Census, describeLeft, expectNothingLeft, installResourceCensus, readCensus } from "./resource-census.js";
export { answerMicrophone, installScriptedMicrophone, type MicrophoneAnswer, speak } from "./scripted-microphone.js";
export { type SoundServer, startSoundServer, whyNoSoundServer } from "./sound-server.js";
export { synthesizePassage, synthesizeSpeech, type Voice } from "./speech.js";
export { createTcpProxy, type TcpProxy } from "./tcp-proxy.js";
export { concatenate, decodeWav, encodeWav, type MonoAudio, readWav, silence, writeWav } from "./wav.js";
export { type TimedWord, wordTimes } from "./word-times.js";
