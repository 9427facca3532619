// The scripted microphone without the rest: a package that tests apps in browsers of its own may bundle it.
export { redirectWebSockets } from "./redirect-websockets.js";
export { answerMicrophone, installScriptedMicrophone, type MicrophoneAnswer, speak } from "./scripted-microphone.js";
export type { MonoAudio } from "./wav.js";
