// Loaded with the first recording, beside the text of the tap's script.
import type { AudioEngine } from "../audio-engine.js";
import type { AudioError, explained, invalidOption } from "../errors.js";
import type { loadScript } from "../load-worklet.js";
import { recordingScript } from "../recording-script.js";
import type { addTap } from "../sound-sources.js";
import { createBlobSink } from "./blob-sink.js";
import { bytesPerFrame, type RecordingOptions, settingsOf } from "./options.js";
import { createStreamSink, waitingSeconds } from "./stream-sink.js";
import { openTap, type Tap } from "./tap.js";

/**
 * Why a recording has ended: `stop()`, its `maxDurationMs`, the engine was closed, or an error, with which `finished`
 * rejects.
 */
export type RecordingEnd = "stop" | "limit" | "closed" | "error";

/** A recording of what the microphone of an engine captures, left, and of what its speakers play, right. */
export interface Recording {
  /** In Hz. */
  readonly sampleRate: number;
  /** How much sound it has, in ms; 0 before `start()`. It stands still while the AudioContext does. */
  readonly durationMs: number;
  /** `null` until it ends. */
  readonly endedBy: RecordingEnd | null;
  /**
   * Resolves with the WAV file when the recording has ended, however that came; the Blob is empty where a `stream` has the
   * file. Rejects with an `AudioError`: `recording-failed`, or as `start()` does.
   */
  readonly finished: Promise<Blob>;
  /**
   * Records this engine, and resolves when it does: both channels by the same clock, a channel without a source silent.
   * Once: a later call changes nothing. Rejects `worklet-load`, which also ends the recording.
   */
  start(engine: AudioEngine): Promise<void>;
  /**
   * Whether it hears the microphone from now on, also before `start()`: one that listens on while it is muted is nobody's to
   * record. Its channel is silent otherwise. Default true.
   */
  hearMicrophone(on: boolean): void;
  /** Ends it, and resolves as `finished` does. */
  stop(): Promise<Blob>;
}

/** Functions that the first page of an app has: imported from here, they would become a file of their own. */
export interface RecordingTools {
  explain: typeof explained;
  invalid: typeof invalidOption;
  load: typeof loadScript;
  listen: typeof addTap;
}

/** Makes a recording; it has no sound before `start()`. Throws `invalid-option`. */
export function makeRecording(
  options: RecordingOptions & { workletUrl?: string | URL },
  { explain, invalid, load, listen }: RecordingTools,
): Recording {
  const { sampleRate, maxDurationMs, stream } = settingsOf(options, invalid);
  const format = { sampleRate, channels: 2 };
  const most = Math.max(1, Math.round((maxDurationMs * sampleRate) / 1000));
  const sink = stream
    ? createStreamSink(stream, format, (why) => {
        void explain("recording-failed", why === "too-slow" ? undefined : why.cause, (texts) =>
          why === "too-slow" ? texts.streamTooSlow(waitingSeconds) : texts.streamFailed(why.cause),
        ).then(fail);
      })
    : createBlobSink(format);
  let frames = 0;
  let endedBy: RecordingEnd | null = null;
  let isStarted = false;
  let hearsMicrophone = true;
  let isSettled = false;
  let tap: Tap | null = null;
  let closing = Promise.resolve();
  const undo: (() => void)[] = [];
  let resolve: (file: Blob) => void;
  let reject: (error: AudioError) => void;
  const finished = new Promise<Blob>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  const settled = () => {
    isSettled = true;
  };
  // Whoever asks for it is told of an error.
  finished.then(settled, settled);

  function take(pcm: Int16Array, count: number): void {
    const taken = Math.min(count, most - frames);
    if (taken === 0 || endedBy === "error") return;
    frames += taken;
    sink.write(new Uint8Array(pcm.buffer, 0, taken * bytesPerFrame));
    if (frames === most) void end("limit");
  }

  /** What the tap still holds is taken, too: until then, an engine that closes waits. */
  async function close(): Promise<void> {
    const open = tap;
    tap = null;
    await open?.end();
    for (const one of undo.splice(0)) one();
  }

  function end(by: RecordingEnd): Promise<Blob> {
    if (endedBy === null) {
      endedBy = by;
      closing = close();
      // A sink that fails at its end has told so.
      closing.then(() => sink.end()).then(resolve, () => {});
    }
    return finished;
  }

  function fail(error: AudioError): void {
    if (isSettled) return;
    endedBy = "error";
    sink.abort(error);
    void close();
    reject(error);
  }

  async function start(engine: AudioEngine): Promise<void> {
    if (isStarted || endedBy !== null) return;
    isStarted = true;
    const onClosed = () => {
      void end("closed");
      return closing;
    };
    undo.push(
      engine.onClose(onClosed),
      engine.onStateChange((state) => state === "closed" && onClosed()),
    );
    try {
      await load(recordingScript, engine.context, options.workletUrl);
    } catch (error) {
      // An engine that was closed meanwhile has ended the recording already.
      if (endedBy === null) fail(error as AudioError);
      return void (await finished);
    }
    if (endedBy !== null) return;
    const onCrash = () => void explain("recording-failed", undefined, (texts) => texts.recordingCrashed()).then(fail);
    tap = openTap(engine, sampleRate, { onBlock: take, onCrash }, listen);
    if (!hearsMicrophone) tap.hear(false);
  }

  return {
    sampleRate,
    get durationMs() {
      return (frames / sampleRate) * 1000;
    },
    get endedBy() {
      return endedBy;
    },
    finished,
    start,
    hearMicrophone(on) {
      hearsMicrophone = on;
      tap?.hear(on);
    },
    stop: () => end("stop"),
  };
}
