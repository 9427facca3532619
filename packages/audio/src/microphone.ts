import type { AudioEngine } from "./audio-engine";
import { AudioError, aborted } from "./errors";
import { openMicrophone } from "./microphone-access";
import type { RecorderCommand, RecorderFrame, RecorderOptions, RecorderReport } from "./worklets/messages";
import { recorderName } from "./worklets/messages";

export interface MicrophoneOptions {
  engine: AudioEngine;
  /** Rate of the PCM16, in Hz. Default 8000. */
  sampleRate?: number;
  /** Length of a frame in milliseconds. Default 20. */
  frameMs?: number;
  /** Whether frames also carry floats at 16 kHz, for voice detection. Default false. */
  detection?: boolean;
  /** Laid over the defaults: one channel; echo cancellation, noise suppression and automatic gain on. */
  audioConstraints?: MediaTrackConstraints;
  /** The app's own stream instead of the user's microphone. It is used, and never stopped. */
  mediaStream?: MediaStream;
}

/** A piece of microphone audio. */
export interface MicrophoneFrame {
  /** PCM16, mono. The receiver owns it. */
  pcm: Int16Array<ArrayBuffer>;
  /** Capture time of the first sample: seconds on the clock that `now()` reads, the resampler's group delay taken off. */
  time: number;
  /** The same moment for voice detection: floats at 16 kHz. Only where asked for. */
  detection?: Float32Array<ArrayBuffer>;
}

export interface MicrophoneEvents {
  onFrame(frame: MicrophoneFrame): void;
  /** The microphone is gone; it has stopped. */
  onEnded(error: AudioError): void;
}

export interface Microphone {
  /**
   * Asks for the microphone at once and resolves when it is open: frames flow as long as the engine runs. Rejects with
   * an `AudioError`, `aborted` after the signal, `stop()` or another `start()`. `deviceId`: which one, where it is
   * there; default the system's.
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
  /** RMS of the last 20 ms, 0..1; 0 while stopped. */
  level(): number;
  /** What is captured; `null` while stopped. */
  readonly stream: MediaStream | null;
}

/** One start and all that belongs to it; whatever comes from another than the current one is ignored. */
interface Session {
  readonly abort: AbortController;
  stream: MediaStream | null;
  level: number;
  flush(): Promise<void>;
}

/** Makes a microphone on an engine. Nothing is asked of the user before `start()`. */
export function createMicrophone(options: MicrophoneOptions): Microphone {
  const { engine, sampleRate = 8000, frameMs = 20, detection = false, audioConstraints, mediaStream } = options;
  const recorder: RecorderOptions = { sampleRate, frameLength: Math.round((sampleRate * frameMs) / 1000), detection };
  let current: Session | null = null;
  let muted = false;

  function stop(): void {
    current?.abort.abort();
    current = null;
  }

  async function start(
    events: MicrophoneEvents,
    signal?: AbortSignal,
    { deviceId }: { deviceId: string | null } = { deviceId: null },
  ): Promise<void> {
    stop();
    if (signal?.aborted) throw aborted("Starting the microphone", signal.reason);
    const session: Session = { abort: new AbortController(), stream: null, level: 0, flush: async () => {} };
    current = session;
    const over = session.abort.signal;
    const fail = () => {
      if (current === session) stop();
    };
    signal?.addEventListener("abort", fail, { once: true, signal: over });

    try {
      // The prompt first: it takes longest, and everything else can happen while it is open.
      const constraints = deviceId === null ? audioConstraints : { ...audioConstraints, deviceId };
      const opening = mediaStream === undefined ? openMicrophone(constraints) : Promise.resolve(mediaStream);
      const release = (stream: MediaStream) => {
        if (mediaStream === undefined) for (const track of stream.getTracks()) track.stop();
      };
      // Whenever the stream comes, it goes when the session is over; also if that was long ago.
      const opened = opening.then((stream) => {
        whenOver(over, () => release(stream));
        return stream;
      });
      const [stream] = await untilOver(over, Promise.all([opened, engine.load()]));
      if (engine.context.state === "closed") throw aborted("Starting the microphone");
      if (stream.getAudioTracks().length === 0) throw soundless();
      session.stream = stream;
      for (const track of stream.getAudioTracks()) {
        track.enabled = !muted;
        track.addEventListener("ended", () => end(session, events, lost()), { signal: over });
      }
      record(session, stream, events);
    } catch (error) {
      fail();
      throw error;
    }
  }

  function end(session: Session, events: MicrophoneEvents, error: AudioError): void {
    if (current !== session) return;
    stop();
    events.onEnded(error);
  }

  /** Connects the stream to the worklet for as long as the session lasts. */
  function record(session: Session, stream: MediaStream, events: MicrophoneEvents): void {
    const { context } = engine;
    const over = session.abort.signal;
    const source = context.createMediaStreamSource(stream);
    const node = new AudioWorkletNode(context, recorderName, { processorOptions: recorder });
    const post = (command: RecorderCommand, transfer: Transferable[] = []) => node.port.postMessage(command, transfer);
    const flushes: (() => void)[] = [];
    const flushed = () => {
      for (const resolve of flushes.splice(0)) resolve();
    };

    node.port.onmessage = ({ data }: MessageEvent<RecorderReport>) => {
      if (data.type === "flushed") return flushed();
      session.level = data.level;
      const frame = copyFrame(data);
      post(
        { type: "release", pcm: data.pcm, detection: data.detection },
        data.detection === null ? [data.pcm.buffer] : [data.pcm.buffer, data.detection.buffer],
      );
      events.onFrame(frame);
    };
    node.onprocessorerror = () => end(session, events, crashed());
    session.flush = () => {
      // A context that stands still captures nothing that could be waited for.
      if (context.state !== "running") return Promise.resolve();
      return new Promise((resolve) => {
        flushes.push(resolve);
        if (flushes.length === 1) post({ type: "flush" });
      });
    };
    context.addEventListener("statechange", () => context.state !== "running" && flushed(), { signal: over });

    source.connect(node);
    // It puts out silence. Without a way to the destination, Safari never runs it.
    node.connect(context.destination);
    whenOver(over, () => {
      node.port.onmessage = null;
      node.onprocessorerror = null;
      post({ type: "close" });
      source.disconnect();
      node.disconnect();
      flushed();
    });
  }

  return {
    start,
    stop,
    flush: () => current?.flush() ?? Promise.resolve(),
    setMuted(value) {
      muted = value;
      for (const track of current?.stream?.getAudioTracks() ?? []) track.enabled = !muted;
    },
    now: () => engine.context.currentTime,
    level: () => current?.level ?? 0,
    get stream() {
      return current?.stream ?? null;
    },
  };
}

function copyFrame({ pcm, detection, length, detectionLength, time }: RecorderFrame): MicrophoneFrame {
  const frame: MicrophoneFrame = { pcm: pcm.slice(0, length), time };
  if (detection !== null) frame.detection = detection.slice(0, detectionLength);
  return frame;
}

/** Runs `undo` when the signal fires, or now if it has. */
function whenOver(signal: AbortSignal, undo: () => void): void {
  if (signal.aborted) undo();
  else signal.addEventListener("abort", undo, { once: true });
}

/** The promise, or `aborted` as soon as the signal fires. */
function untilOver<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    whenOver(signal, () => reject(aborted("Starting the microphone")));
    promise.then(resolve, reject);
  });
}

function lost(): AudioError {
  return new AudioError(
    "device-not-found",
    "The microphone is gone: it was unplugged, or its permission was taken back. Connect one, or allow it again, and start again.",
  );
}

function soundless(): AudioError {
  return new AudioError("device-not-found", "The mediaStream has no audio track. Give one that has.");
}

function crashed(): AudioError {
  return new AudioError("worklet-load", "The recorder stopped on the audio thread. Start the microphone again.");
}
