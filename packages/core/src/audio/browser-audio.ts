import { codeNotFetched } from "../errors.js";
import type { BrowserAudioOptions } from "./audio-package.js";
import type { AudioSession } from "./audio-session.js";
import type { AudioPorts } from "./ports.js";
import { unlockAudioContext } from "./unlock.js";

/**
 * Opens microphone and speaker on one AudioContext. Synchronous up to that context, which a gesture must cover.
 * `onBlocked` is told whether the browser blocks the sound, now and whenever that changes.
 */
export function openBrowserAudio(options: BrowserAudioOptions, onBlocked: (blocked: boolean) => void): AudioSession {
  const context = unlockAudioContext();
  let ready: AudioPorts | null = null;
  const ports = importAudio().then(({ createAudioPorts }) => {
    ready = createAudioPorts(context, options, onBlocked);
    return ready;
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

// The only way to the audio package: a text-only app never downloads it.
export function importAudio(): Promise<typeof import("./audio-package.js")> {
  return import("./audio-package.js").catch(codeNotFetched("worklet-load"));
}
