import { untilOver, whenOver } from "./abort.js";
import type { AudioEngine } from "./audio-engine.js";
import { type CaptureGraph, type MicrophoneFrame, openGraph } from "./capture/graph.js";
import { createSilenceWatch } from "./capture/silence.js";
import { openStream } from "./capture/stream.js";
import { type AudioError, aborted, checkSampleRate, invalidOption } from "./errors.js";
import type { RecorderOptions } from "./worklets/messages.js";

export type { MicrophoneFrame };

export interface MicrophoneOptions {
  engine: AudioEngine;
  /** Rate of the PCM16, in Hz, an integer from 3000 to 192000. Default 8000. */
  sampleRate?: number;
  /** Length of a frame in milliseconds, 5 to 200. Default 20. */
  frameMs?: number;
  /** Whether frames also carry floats at 16 kHz, for voice detection. Default false. */
  detection?: boolean;
  /** Laid over the defaults: one channel; echo cancellation, noise suppression and automatic gain on. */
  audioConstraints?: MediaTrackConstraints;
  /** The app's own stream instead of the user's microphone. It is used, and never stopped. */
  mediaStream?: MediaStream;
  /**
   * Makes the app's own node, to suppress noise for example, between microphone and recorder: one input, one output,
   * on the context that it is given, which is not the engine's where the microphone needs another rate. Called at each
   * opening; the node is disconnected at its end.
   */
  processor?: (context: AudioContext) => AudioNode | Promise<AudioNode>;
}

export interface MicrophoneEvents {
  onFrame(frame: MicrophoneFrame): void;
  /** The microphone is gone; it has stopped. */
  onEnded(error: AudioError): void;
  /** `true` after exact zeros for 3 s, which no live microphone gives, muted ones left aside; `false` when sound comes again. */
  onSilent?(silent: boolean): void;
}

export interface Microphone {
  /**
   * Asks for the microphone at once and resolves when it is open: frames flow as long as the engine runs. Rejects with
   * an `AudioError`, `aborted` after the signal, `stop()` or another `start()`. `deviceId`: which one, where it is
   * there; default the system's. A page that the browser puts away to come back to (back/forward cache) gives the
   * microphone back, and opens it again when it returns.
   */
  start(events: MicrophoneEvents, signal?: AbortSignal, choice?: { deviceId: string | null }): Promise<void>;
  /** Gives the microphone back. Nothing is heard of it afterwards. */
  stop(): void;
  /** Delivers what is captured and not yet a whole frame, then resolves. */
  flush(): Promise<void>;
  /** Silences the track or lets it speak; kept for a later start. */
  setMuted(muted: boolean): void;
  /** The time on the audio clock, in seconds. */
  now(): number;
  /** RMS of the last 20 ms, 0..1, as of the newest frame; 0 while stopped. */
  level(): number;
  /**
   * Fills `output` with the spectrum of what is captured now, in dB: value i stands for i / `output.length` of half the
   * device's rate, unsmoothed (Web Audio API 1.1, section 1.8). A power of two from 16 to 16384 values; -Infinity while
   * stopped. Costs nothing before the first call. Throws `invalid-option` for another length.
   */
  spectrum(output: Float32Array<ArrayBuffer>): void;
  /** What is captured; `null` while stopped, and while the page is put away. */
  readonly stream: MediaStream | null;
}

/** One start and all that belongs to it; whatever comes from another than the current one is ignored. */
interface Session {
  readonly over: AbortController;
  /** One opening of the device: the first, or the one after the page came back. */
  opening: AbortController;
  stream: MediaStream | null;
  graph: CaptureGraph | null;
  level: number;
  setMuted(muted: boolean): void;
}

/**
 * Makes a microphone on an engine. Nothing is asked of the user before `start()`. Throws `invalid-option` for a rate or
 * a frame length out of range.
 */
export function createMicrophone(options: MicrophoneOptions): Microphone {
  const { engine, audioConstraints, mediaStream, processor } = options;
  const recorder = recorderOptions(options);
  let current: Session | null = null;
  let muted = false;

  function stop(): void {
    current?.over.abort();
    current = null;
  }

  async function start(
    events: MicrophoneEvents,
    signal?: AbortSignal,
    { deviceId }: { deviceId: string | null } = { deviceId: null },
  ): Promise<void> {
    stop();
    if (signal?.aborted) throw aborted(starting, signal.reason);
    const silence = createSilenceWatch((silent) => events.onSilent?.(silent));
    const session: Session = {
      over: new AbortController(),
      opening: new AbortController(),
      stream: null,
      graph: null,
      level: 0,
      setMuted(value) {
        silence.setMuted(value, now());
        for (const track of session.stream?.getAudioTracks() ?? []) track.enabled = !value;
      },
    };
    current = session;
    const over = session.over.signal;
    const fail = () => {
      if (current === session) stop();
    };
    let started = false;
    let failure: AudioError | null = null;
    const end = (error: AudioError) => {
      if (current !== session) return;
      stop();
      // While it starts, the call that started it is told.
      if (started) events.onEnded(error);
      else failure = error;
    };
    signal?.addEventListener("abort", fail, { once: true, signal: over });
    whenOver(
      over,
      engine.onStateChange((state) => state === "closed" && fail()),
    );

    async function open(): Promise<void> {
      const opening = new AbortController();
      session.opening = opening;
      whenOver(over, () => opening.abort());
      const closed = opening.signal;
      const constraints = deviceId === null ? audioConstraints : { ...audioConstraints, deviceId };
      // The prompt first: it takes longest, and everything else can happen while it is open.
      const asked = openStream({ mediaStream, constraints, onEnded: end }, closed);
      const [stream] = await untilOver(closed, starting, Promise.all([asked, engine.load()]));
      session.stream = stream;
      whenOver(closed, () => {
        session.stream = null;
        session.graph = null;
        session.level = 0;
      });
      session.setMuted(muted);
      const graph = openGraph(
        {
          engine,
          stream,
          recorder,
          processor,
          onFrame(frame, { level, silence: seconds, length }) {
            session.level = level;
            silence.follow(seconds, frame.time + length / recorder.sampleRate);
            events.onFrame(frame);
          },
          onCrash: end,
        },
        closed,
      );
      session.graph = await untilOver(closed, starting, graph);
    }

    // In the cache the microphone's light must not stay on, and browsers cache no page where it does.
    if (mediaStream === undefined) {
      const away = () => session.opening.abort();
      // Put away once more while it opens, it opens at the next return.
      const back = () => void open().catch((error) => error.code !== "aborted" && end(error));
      followPageCache(away, back, over);
    }
    try {
      await open();
      started = true;
    } catch (error) {
      fail();
      throw failure ?? error;
    }
  }

  const now = () => engine.context.currentTime;
  return {
    start,
    stop,
    flush: () => current?.graph?.flush() ?? Promise.resolve(),
    setMuted(value) {
      muted = value;
      current?.setMuted(value);
    },
    now,
    level: () => current?.level ?? 0,
    spectrum(output) {
      if (current?.graph) current.graph.spectrum(output);
      else output.fill(Number.NEGATIVE_INFINITY);
    },
    get stream() {
      return current?.stream ?? null;
    },
  };
}

const starting = "Starting the microphone";

function recorderOptions({ sampleRate = 8000, frameMs = 20, detection = false }: MicrophoneOptions): RecorderOptions {
  checkSampleRate(sampleRate);
  if (!(frameMs >= 5 && frameMs <= 200))
    throw invalidOption("frameMs", frameMs, "a number from 5 to 200, in milliseconds");
  return { sampleRate, frameLength: Math.round((sampleRate * frameMs) / 1000), detection };
}

/** Calls when the page goes into the back/forward cache and when it comes back, until the signal fires. */
function followPageCache(away: () => void, back: () => void, over: AbortSignal): void {
  globalThis.addEventListener?.("pagehide", ({ persisted }) => persisted && away(), { signal: over });
  globalThis.addEventListener?.("pageshow", ({ persisted }) => persisted && back(), { signal: over });
}
