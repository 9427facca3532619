import { untilOver, whenOver } from "../abort.js";
import type { AudioError } from "../errors.js";
import { type CaptureGraph, type GraphOptions, openGraph } from "./graph.js";
import { openStream, type StreamOptions } from "./stream.js";

export interface OpeningOptions extends Omit<GraphOptions, "stream" | "onCrash">, Omit<StreamOptions, "onEnded"> {
  /** The user gave the microphone: `stream` is there, and nothing reads it yet. */
  onStream(): void;
  /** The microphone is gone after it was ready; the opening is closed. */
  onLost(error: AudioError): void;
}

/** One opening of a microphone: from the question to the user to its last frame. */
export interface Opening {
  /** Resolves when the recorder runs. Rejects with an `AudioError`, `aborted` after `close()`; then nothing is left open. */
  readonly ready: Promise<void>;
  /** What is captured; `null` before the user gave it, and after the end. */
  readonly stream: MediaStream | null;
  /** RMS of the last 20 ms, 0..1, as of the newest frame; 0 before the first, and after the end. */
  readonly level: number;
  setMuted(muted: boolean): void;
  /** Delivers what is captured and not yet a whole frame, then resolves. */
  flush(): Promise<void>;
  spectrum: CaptureGraph["spectrum"];
  /** Gives the microphone back. No frame comes afterwards. */
  close(): void;
}

export const starting = "Starting the microphone";

/** Opens a microphone, and asks for it in the very call. */
export function openDevice(options: OpeningOptions): Opening {
  const over = new AbortController();
  const { signal } = over;
  let stream: MediaStream | null = null;
  let graph: CaptureGraph | null = null;
  let level = 0;

  const until = <T>(work: Promise<T>) => untilOver(signal, starting, work);

  function lost(error: AudioError): void {
    const wasReady = graph !== null;
    over.abort(error);
    // Before that, `ready` rejects with it.
    if (wasReady) options.onLost(error);
  }

  async function open(): Promise<void> {
    whenOver(signal, () => {
      stream = null;
      graph = null;
      level = 0;
    });
    try {
      // The prompt first: it takes longest, and everything else can happen while it is open.
      const asked = openStream({ ...options, onEnded: lost }, signal);
      const [given] = await until(Promise.all([asked, options.engine.load()]));
      stream = given;
      options.onStream();
      graph = await until(
        openGraph(
          {
            ...options,
            stream: given,
            onFrame(frame, captured) {
              level = captured.level;
              options.onFrame(frame, captured);
            },
            onCrash: lost,
          },
          signal,
        ),
      );
    } catch (error) {
      over.abort();
      throw error;
    }
  }

  return {
    ready: open(),
    get stream() {
      return stream;
    },
    get level() {
      return level;
    },
    setMuted(muted) {
      for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted;
    },
    flush: () => graph?.flush() ?? Promise.resolve(),
    spectrum(output) {
      if (graph) graph.spectrum(output);
      else output.fill(Number.NEGATIVE_INFINITY);
    },
    close: () => over.abort(),
  };
}
