import { untilOver, whenOver } from "../abort.js";
import { type AudioError, aborted, explained } from "../errors.js";
import { microphonesAtOnce } from "../microphone-access.js";
import { addSource, captured } from "../sound-sources.js";
import { holdAudioSession } from "./audio-session.js";
import type { DetectionSettings } from "./detection-settings.js";
import { type MicrophoneFrame, toFrame } from "./frame.js";
import type { GraphOptions } from "./graph.js";
import { createLazyDetection } from "./lazy-detection.js";
import { type LiveGraph, openLiveGraph } from "./live-graph.js";
import { createSilenceWatch } from "./silence.js";
import type { SpeechEvents } from "./speech-detection.js";
import { gone, openStream } from "./stream.js";

export interface SessionOptions extends Pick<GraphOptions, "engine" | "recorder" | "processor"> {
  mediaStream?: MediaStream | undefined;
  audioConstraints?: MediaTrackConstraints | undefined;
  audioSession?: boolean | undefined;
}

export interface SessionEvents extends SpeechEvents {
  onFrame(frame: MicrophoneFrame): void;
  onEnded(error: AudioError): void;
  onSilent?(silent: boolean): void;
  onSystemMute?(muted: boolean): void;
}

/** One start of a microphone and all that belongs to it, until the signal fires. */
export interface CaptureSession {
  /** The opening that delivers the frames. A change of the device and a return of the page replace it. */
  readonly opening: Opening;
  /** RMS of the last 20 ms, 0..1, as of the newest frame; 0 before the first, and while the page is put away. */
  readonly level: number;
  setMuted(muted: boolean): void;
  setDevice(deviceId: string | null): Promise<void>;
  setDetection(settings: DetectionSettings | null): Promise<void>;
  /** Fires the signal. */
  close(): void;
}

/** One opening of a device: from getUserMedia() to the last frame. */
interface Opening {
  /**
   * Resolves when the recorder runs. Rejects with an `AudioError`, `aborted` after `close()`; then nothing is left
   * open.
   */
  readonly ready: Promise<void>;
  /** Fires with `close()`. */
  readonly closed: AbortSignal;
  /** `null` before the user allowed it, and after the end. */
  stream: MediaStream | null;
  /** `null` before `ready` resolves, and after the end. */
  graph: LiveGraph | null;
  /** Gives the microphone back. No frame comes afterwards. */
  close(): void;
}

export const starting = "Starting the microphone";
const changing = "Changing the microphone";

/** Opens the microphone: calls getUserMedia() synchronously. When it is lost after it was open, fires `over`, then calls `onEnded`. */
export function createSession(
  options: SessionOptions,
  initialDevice: string | null,
  initiallyMuted: boolean,
  events: SessionEvents,
  over: AbortController,
): CaptureSession {
  const { engine, mediaStream, audioConstraints, audioSession = true } = options;
  const { outputRate } = options.recorder;
  const silence = createSilenceWatch((silent) => events.onSilent?.(silent));
  let device = initialDevice;
  let muted = initiallyMuted;
  /** Whether the system mutes the microphone, as it was reported last. */
  let systemMuted = false;
  let level = 0;
  /** Where the newest frame ends, in seconds. */
  let delivered = -Infinity;
  /** Where the frames of the current opening begin: earlier samples were delivered by the opening before it. */
  let begin = delivered;
  /** Cancels the `setDevice()` that is under way, and closes what it opens. */
  let change: AbortController | null = null;
  /** The opening that it makes; `null` again when it is over. */
  let next: Opening | null = null;
  /** Resolves when the change that is under way is over, however it ends. */
  let changed: Promise<unknown> = Promise.resolve();
  /** The page is in the back/forward cache. */
  let away = false;
  let opening = open(device);
  const detection = createLazyDetection(engine, events, over.signal, () => opening.graph);

  function open(deviceId: string | null, closing = new AbortController(), what = starting): Opening {
    const { signal } = closing;
    const until = <T>(work: Promise<T>) => untilOver(signal, what, work);
    const crashed = (error: AudioError) => {
      const wasReady = opened.graph !== null;
      // While it opens, this rejects `ready` with the error: whoever asked for it is told, and nobody else.
      closing.abort(error);
      if (wasReady && opened === opening) end(error);
    };
    const ended = () => {
      // One that does not deliver yet: whoever asked for it is told.
      if (opened.graph === null || opened !== opening) return crashed(gone());
      closing.abort();
      void lost(opened);
    };

    const onFrame: GraphOptions["onFrame"] = (captured, time) => {
      // Two openings capture during a change of the device: only the current one delivers.
      if (opened !== opening) return;
      const frame = toFrame(captured, time, begin, outputRate);
      if (frame.pcm.length === 0) return;
      level = captured.level;
      delivered = frame.time + frame.pcm.length / outputRate;
      silence.follow(captured.silence, delivered);
      events.onFrame(frame);
    };

    async function run(): Promise<void> {
      try {
        const constraints = deviceId === null ? audioConstraints : { ...audioConstraints, deviceId };
        // The prompt first, because it takes longest: the worklet loads meanwhile.
        const onMuteChange = () => reportSystemMute(opened);
        const asked = openStream({ mediaStream, constraints, audioSession, onEnded: ended, onMuteChange }, signal);
        const [stream] = await until(Promise.all([asked, engine.load()]));
        opened.stream = stream;
        setMuted(muted);
        const graph = { ...options, stream, onFrame, onCrash: crashed };
        opened.graph = await until(openLiveGraph(graph, () => begins(opened), signal));
        begins(opened);
      } catch (error) {
        closing.abort();
        throw error;
      }
    }

    const opened: Opening = { ready: run(), closed: signal, stream: null, graph: null, close: () => closing.abort() };
    whenOver(signal, () => {
      opened.stream = null;
      opened.graph = null;
    });
    return opened;
  }

  /** The track of the opening that delivers has ended. */
  async function lost(opened: Opening): Promise<void> {
    const error = mediaStream ? gone() : await whyEnded();
    // Why is known a little later; whoever opens another device meanwhile is told nothing of this one. Safari may end it
    // because another one opens, which then takes its place.
    for (let before: unknown; before !== changed; await before) before = changed;
    if (opened === opening && !over.signal.aborted) end(error);
  }

  /** What belongs to the opening that delivers the frames: from when it does, and each time its graph was replaced. */
  function begins(opened: Opening): void {
    if (opened !== opening) return;
    begin = delivered;
    sound(opened);
    detection.attach();
    reportSystemMute(opened);
  }

  /** A recording hears what the opening captures that delivers the frames. */
  function sound({ graph }: Opening): void {
    if (graph) whenOver(graph.current, addSource(engine, graph.output, captured));
  }

  /** Tells whether the system mutes the microphone, where that has changed. */
  function reportSystemMute({ stream, graph }: Opening): void {
    // Safari mutes a microphone while another one opens: what that one is, is told when it takes its place.
    if (next !== null || graph === null || graph !== opening.graph || stream === null) return;
    const now = stream.getAudioTracks().some((track) => track.muted);
    if (now === systemMuted) return;
    systemMuted = now;
    events.onSystemMute?.(now);
  }

  function reopen(): Promise<void> {
    opening = open(device);
    return opening.ready.catch((error) => {
      // `aborted`: by stop(), by a change of the device, or because the page went away again. That is no loss.
      if (error.code !== "aborted") end(error);
    });
  }

  function end(error: AudioError): void {
    over.abort();
    events.onEnded(error);
  }

  function setMuted(value: boolean): void {
    muted = value;
    silence.setMuted(value, engine.context.currentTime);
    for (const one of [opening, next]) {
      for (const track of one?.stream?.getAudioTracks() ?? []) track.enabled = !value;
    }
  }

  function setDevice(deviceId: string | null): Promise<void> {
    const outcome = changeDevice(deviceId);
    changed = outcome.catch(() => {});
    return outcome;
  }

  async function changeDevice(deviceId: string | null): Promise<void> {
    if (mediaStream) return;
    change?.abort();
    if (away) {
      device = deviceId;
      return;
    }
    const atOnce = microphonesAtOnce();
    const first = new AbortController();
    change = first;
    // A start, or a return of the page, that is under way comes first: its caller still waits for it.
    await untilOver(first.signal, changing, opening.ready);
    if (atOnce !== "one")
      try {
        return await replace(deviceId, first, true);
      } catch (error) {
        // A browser that holds only one says that the other one is in use.
        if (atOnce === "several" || change !== first || (error as AudioError).code !== "device-in-use") throw error;
        change = new AbortController();
      }
    await replace(deviceId, change, false);
  }

  /** Opens that device in place of the one that delivers. `isBeside`: the old one goes on until then; else it is closed first. */
  async function replace(deviceId: string | null, closing: AbortController, isBeside: boolean): Promise<void> {
    const until = (work?: Promise<void>) => untilOver(closing.signal, changing, Promise.resolve(work));
    if (!isBeside) await until(opening.graph?.flush());
    // Held over the change: closing the only microphone would set the session to "auto", and iOS move the sound.
    const release = holdAudioSession(audioSession);
    if (!isBeside) opening.close();
    const opened = open(deviceId, closing, changing);
    next = opened;
    release();
    try {
      await opened.ready;
      // The old one delivers up to this moment; frames of the new one are cut to begin here.
      if (isBeside) await until(opening.graph?.flush());
      if (closing.signal.aborted) throw aborted(changing);
    } catch (error) {
      if (next === opened) next = null;
      reportSystemMute(opening);
      if (!isBeside && (error as AudioError).code !== "aborted") await reopen();
      throw error;
    }
    if (next === opened) next = null;
    opening.close();
    opening = opened;
    device = deviceId;
    begins(opened);
    // Completed: from here on, a later change must not close this opening.
    change = null;
  }

  function close(): void {
    change?.abort();
    opening.close();
    level = 0;
  }

  whenOver(over.signal, close);
  // Close the microphone while the page is in the back/forward cache: browsers do not cache a page that captures.
  if (!mediaStream) {
    onPageCache("pagehide", over.signal, () => {
      away = true;
      close();
    });
    onPageCache("pageshow", over.signal, () => {
      away = false;
      void reopen();
    });
  }
  return {
    get opening() {
      return opening;
    },
    get level() {
      return level;
    },
    setMuted,
    setDevice,
    setDetection: detection.set,
    close: () => over.abort(),
  };
}

function whyEnded(): Promise<AudioError> {
  return explained("device-not-found", undefined, (texts) => texts.microphoneEnded());
}

/** Calls when the page goes into the back/forward cache, or comes back from it, until the signal fires. */
function onPageCache(type: "pagehide" | "pageshow", over: AbortSignal, react: () => void): void {
  globalThis.addEventListener?.(type, ({ persisted }) => persisted && react(), { signal: over });
}
