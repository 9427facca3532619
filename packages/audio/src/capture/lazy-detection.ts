import { whenOver } from "../abort.js";
import type { AudioEngine } from "../audio-engine.js";
import { explained, invalidOption } from "../errors.js";
import { loadScript } from "../load-worklet.js";
import type { DetectionSettings } from "./detection-settings.js";
import type { LiveGraph } from "./live-graph.js";
import type { SpeechDetection, SpeechEvents } from "./speech-detection.js";

/** Speech detection of one start of a microphone, whose code loads with the first settings. */
export interface LazyDetection {
  /** Resolves as `SpeechDetection.set()` does, also where the code cannot be had: then the next settings try again. */
  set(settings: DetectionSettings | null): Promise<void>;
  /** Detects speech on the graph that delivers now, from when the code is there until that graph is over. */
  attach(): void;
}

/** `graph`: the one that delivers, `null` while none does. Nothing is told once the signal has fired. */
export function createLazyDetection(
  { context }: AudioEngine,
  events: SpeechEvents,
  over: AbortSignal,
  graph: () => LiveGraph | null,
): LazyDetection {
  /** `null` until it was asked for. */
  let loading: Promise<SpeechDetection> | null = null;

  async function load(): Promise<SpeechDetection> {
    const { createSpeechDetection } = await import("./speech-detection.js");
    const now = () => context.currentTime;
    return createSpeechDetection({ events, now, over, load: loadScript, explain: explained, invalid: invalidOption });
  }

  function attach(): void {
    loading
      ?.then((speech) => {
        const live = graph();
        if (live) whenOver(live.current, speech.attach(live.recorder));
      })
      .catch(() => {});
  }

  return {
    attach,
    set(settings) {
      if (loading === null) {
        if (settings === null) return Promise.resolve();
        loading = load();
        loading.catch((cause) => {
          loading = null;
          void explained("worklet-load", cause, (texts) => texts.detectionNotLoaded()).then(
            (error) => over.aborted || events.onDetectorFailed?.(error),
          );
        });
        attach();
      }
      return loading.then((speech) => speech.set(settings)).catch(() => {});
    },
  };
}
