import {
  createAudioEngine,
  createMicrophone,
  createSpeaker,
  type EngineState,
  type InputDevice,
  listInputDevices,
  watchInputDevices,
} from "@layercode/audio";
import type { Undo } from "../undo.js";
import type { AudioPorts } from "./ports.js";
import { standaloneUrl } from "./standalone-url.js";
import { wireRate } from "./wire-rate.js";

// All that a client needs of the audio package, in one file that loads with it. By name: of what stands behind import(),
// bundlers leave out only what a module of ours does not name.
export {
  listInputDevices,
  listOutputDevices,
  loadDetector,
  openMicrophone,
  watchInputDevices,
  watchOutputDevices,
} from "@layercode/audio";

/** Calls back with the microphones now, and whenever one comes or goes. Returns the undo. */
export function followInputDevices(callback: (devices: InputDevice[]) => void): Undo {
  let over = false;
  const tell = (devices: InputDevice[]) => {
    if (!over) callback(devices);
  };
  const stop = watchInputDevices(tell);
  // Where there is no list, as outside of a browser, nobody is told of one.
  listInputDevices().then(tell, () => {});
  return () => {
    over = true;
    stop();
  };
}

/** What of the client's options concerns the browser's audio. */
export interface BrowserAudioOptions {
  audioConstraints?: MediaTrackConstraints;
  frameMs?: number;
  mediaStream?: MediaStream;
  audioSession?: boolean;
  audioProcessor?: (context: AudioContext) => AudioNode | Promise<AudioNode>;
  playout?: "adaptive" | "plain";
  workletUrl?: string | URL;
}

/**
 * Microphone and speaker on one AudioContext. `onBlocked` is told whether the browser blocks the sound, now and whenever
 * that changes.
 */
export function createAudioPorts(
  context: AudioContext | null,
  options: BrowserAudioOptions,
  onBlocked: (blocked: boolean) => void,
): AudioPorts {
  const { audioProcessor: processor, playout = "adaptive" } = options;
  const workletUrl = options.workletUrl ?? standaloneUrl();
  const engine = createAudioEngine({ ...options, ...(workletUrl && { workletUrl }), ...(context && { context }) });
  const told = (state: EngineState) => onBlocked(state === "blocked");
  engine.onStateChange(told);
  told(engine.state);
  return {
    audioInput: createMicrophone({ ...options, ...(processor && { processor }), engine, sampleRate: wireRate }),
    audioOutput: createSpeaker({ engine, playout }),
    resume: () => engine.resume(),
    close: () => engine.close(),
  };
}
