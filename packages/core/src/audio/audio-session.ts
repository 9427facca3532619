import type { AudioInput, AudioOutput, AudioPorts } from "./ports.js";

/** The audio of one connection: opened in the gesture, whole when its code has arrived. */
export interface AudioSession {
  readonly ports: Promise<AudioPorts>;
  /** The ports once they are there, for what cannot wait. */
  readonly ready: AudioPorts | null;
  /** Starts sound that the browser blocked. Synchronous up to the AudioContext, which a gesture must cover. */
  resume(): Promise<void>;
  /** Gives up everything, also what has not arrived yet. */
  close(): Promise<void>;
}

/** Wraps a pair of the app's own ports, which outlive the connection. */
export function openCustomAudio({ input, output }: { input: AudioInput; output: AudioOutput }): AudioSession {
  const nothing = async () => {};
  const ready: AudioPorts = { audioInput: input, audioOutput: output, resume: nothing, close: nothing };
  return { ports: Promise.resolve(ready), ready, resume: nothing, close: nothing };
}
