import type { Voice } from "./voice.js";

// Five minutes of speech, some 10 MB.
const defaultLimit = 300 * 16000;

/** A voice that remembers what it said, least recently used out first. `limit` is in samples; default five minutes. */
export function cachedVoice(voice: Voice, limit = defaultLimit): Voice {
  const spoken = new Map<string, { pcm: Promise<Int16Array>; samples: number }>();
  let samples = 0;

  function forget(sentence: string): void {
    samples -= spoken.get(sentence)?.samples ?? 0;
    spoken.delete(sentence);
  }

  function remember(sentence: string): Promise<Int16Array> {
    const entry = { pcm: voice.synthesize(sentence), samples: 0 };
    spoken.set(sentence, entry);
    entry.pcm.then(
      (pcm) => {
        if (spoken.get(sentence) !== entry) return;
        entry.samples = pcm.length;
        samples += pcm.length;
        for (const oldest of spoken.keys()) {
          if (samples <= limit) break;
          forget(oldest);
        }
      },
      () => forget(sentence),
    );
    return entry.pcm;
  }

  return {
    name: voice.name,
    synthesize(sentence) {
      const entry = spoken.get(sentence);
      if (!entry) return remember(sentence);
      spoken.delete(sentence);
      spoken.set(sentence, entry);
      return entry.pcm;
    },
    close: () => voice.close(),
  };
}
