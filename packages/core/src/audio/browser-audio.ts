import type { EngineState } from "@layercode/audio";
import { codeNotFetched } from "../errors.js";
import type { AudioSession } from "./audio-session.js";
import type { AudioPorts } from "./ports.js";
import { unlockAudioContext } from "./unlock.js";
import { wireRate } from "./wire-rate.js";

/** What of the client's options concerns the browser's audio. */
export interface BrowserAudioOptions {
  audioConstraints?: MediaTrackConstraints;
  frameMs?: number;
  mediaStream?: MediaStream;
  audioProcessor?: (context: AudioContext) => AudioNode | Promise<AudioNode>;
  workletUrl?: string | URL;
}

/**
 * Opens microphone and speaker on one AudioContext. Synchronous up to that context, which a gesture must cover.
 * `onBlocked` is told whether the browser blocks the sound, now and whenever that changes.
 */
export function openBrowserAudio(options: BrowserAudioOptions, onBlocked: (blocked: boolean) => void): AudioSession {
  const context = unlockAudioContext();
  let ready: AudioPorts | null = null;
  const ports = load(context, options, onBlocked).then((loaded) => {
    ready = loaded;
    return loaded;
  });
  // Whoever opens a channel is told; a session that is closed before has nobody to tell.
  ports.catch(() => {});
  return {
    ports,
    get ready() {
      return ready;
    },
    resume() {
      // Before the code has arrived, too: by then the gesture is over.
      context?.resume().catch(() => {});
      return ports.then((loaded) => loaded.resume());
    },
    close: () =>
      ports.then(
        (loaded) => loaded.close(),
        () => (context?.state === "closed" ? undefined : context?.close()),
      ),
  };
}

async function load(
  context: AudioContext | null,
  options: BrowserAudioOptions,
  onBlocked: (blocked: boolean) => void,
): Promise<AudioPorts> {
  const { createAudioEngine, createMicrophone, createSpeaker } = await importAudio();
  const { audioProcessor: processor } = options;
  const engine = createAudioEngine({ ...options, ...(context && { context }) });
  const told = (state: EngineState) => onBlocked(state === "blocked");
  engine.onStateChange(told);
  told(engine.state);
  return {
    audioInput: createMicrophone({ ...options, ...(processor && { processor }), engine, sampleRate: wireRate }),
    audioOutput: createSpeaker({ engine }),
    resume: () => engine.resume(),
    close: () => engine.close(),
  };
}

// The only way to the audio package: a text-only app never downloads it.
export function importAudio(): Promise<typeof import("./audio-package.js")> {
  return import("./audio-package.js").catch(codeNotFetched("worklet-load"));
}
