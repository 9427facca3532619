import {
  type AudioEngine,
  createAudioEngine,
  createMicrophone,
  createSpeaker,
  type EngineState,
  followDevices,
  type InputDevice,
  listInputDevices,
  listOutputDevices,
  type OutputDevice,
  type Recording,
  watchInputDevices,
  watchOutputDevices,
} from "@layercode/audio";
import type { Undo } from "../undo.js";
import type { AudioPorts, ListedDevices, ListOptions } from "./ports.js";
import { standaloneUrl } from "./standalone-url.js";
import { wireRate } from "./wire-rate.js";

// All that a client needs of the audio package, in one file that loads with it. By name: of what stands behind import(),
// bundlers leave out only what a module of ours does not name.
export {
  createRecording,
  listInputDevices,
  listOutputDevices,
  loadDetector,
  openMicrophone,
  watchInputDevices,
  watchOutputDevices,
} from "@layercode/audio";

/** The devices of a kind. Rejects with an `AudioError`. */
export function listDevices({ kind, ...options }: ListOptions): Promise<InputDevice[]> {
  return kind === "audiooutput" ? listOutputDevices(options) : listInputDevices(options);
}

/** Calls back with all devices now, and whenever one of them or a permission changes. Returns the undo. */
export function followListedDevices(callback: (listed: ListedDevices) => void): Undo {
  return followDevices(({ inputs, outputs, ...permissions }) =>
    callback({ inputDevices: inputs, outputDevices: outputs, ...permissions }),
  );
}

/** Calls back with the microphones now, and whenever one comes or goes. Returns the undo. */
export function followInputDevices(callback: (devices: InputDevice[]) => void): Undo {
  return follow(listInputDevices, watchInputDevices, callback);
}

/** The same of the loudspeakers and headsets. */
export function followOutputDevices(callback: (devices: OutputDevice[]) => void): Undo {
  return follow(listOutputDevices, watchOutputDevices, callback);
}

function follow<D>(
  list: () => Promise<D[]>,
  watch: (tell: (devices: D[]) => void) => Undo,
  callback: (devices: D[]) => void,
): Undo {
  let over = false;
  const tell = (devices: D[]) => {
    if (!over) callback(devices);
  };
  const stop = watch(tell);
  // Where there is no list, as outside of a browser, nobody is told of one.
  list().then(tell, () => {});
  return () => {
    over = true;
    stop();
  };
}

/** What of the client's options concerns the browser's audio. */
export interface BrowserAudioOptions {
  audioConstraints?: MediaTrackConstraints | undefined;
  frameMs?: number | undefined;
  mediaStream?: MediaStream | undefined;
  audioSession?: boolean | undefined;
  audioProcessor?: ((context: AudioContext) => AudioNode | Promise<AudioNode>) | undefined;
  playout?: "adaptive" | "plain" | undefined;
  workletUrl?: string | URL | undefined;
}

const engines = new WeakMap<AudioPorts, AudioEngine>();

/** Records these ports, which must be of `createAudioPorts()`. Rejects with an error that has a `code`. */
export async function record(recording: Recording, ports: AudioPorts): Promise<void> {
  const engine = engines.get(ports);
  if (engine) await recording.start(engine);
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
  const ports: AudioPorts = {
    audioInput: createMicrophone({ ...options, ...(processor && { processor }), engine, sampleRate: wireRate }),
    audioOutput: createSpeaker({ engine, playout }),
    resume: () => engine.resume(),
    close: () => engine.close(),
  };
  engines.set(ports, engine);
  return ports;
}
