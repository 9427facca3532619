import type { AudioSession } from "./audio-session.js";
import type { AudioPorts } from "./ports.js";
import { unlockAudioContext } from "./unlock.js";

/** What of the client's options concerns the browser's audio. */
export interface BrowserAudioOptions {
  audioConstraints?: MediaTrackConstraints;
  workletUrl?: string | URL;
}

/** Fetches the audio code ahead of `connect()`; a failure is reported there. */
export function prefetchAudio(): void {
  importAudio().catch(() => {});
}

/** Opens microphone and speaker on one AudioContext. Synchronous up to that context, which a gesture must cover. */
export function openBrowserAudio(options: BrowserAudioOptions): AudioSession {
  const context = unlockAudioContext();
  let ready: AudioPorts | null = null;
  const ports = load(context, options).then((loaded) => {
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
    close: () =>
      ports.then(
        (loaded) => loaded.close(),
        () => (context?.state === "closed" ? undefined : context?.close()),
      ),
  };
}

async function load(context: AudioContext | null, options: BrowserAudioOptions): Promise<AudioPorts> {
  const { createAudioEngine, createMicrophone, createSpeaker } = await importAudio();
  const { audioConstraints, workletUrl } = options;
  const engine = createAudioEngine({ ...(context ? { context } : {}), ...(workletUrl ? { workletUrl } : {}) });
  return {
    audioInput: createMicrophone({ engine, ...(audioConstraints ? { audioConstraints } : {}) }),
    audioOutput: createSpeaker({ engine }),
    close: () => engine.close(),
  };
}

// The only way to the audio package: a text-only app never downloads it.
export function importAudio(): Promise<typeof import("@layercode/audio")> {
  return import("@layercode/audio");
}
