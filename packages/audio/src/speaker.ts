import { untilOver } from "./abort.js";
import type { AudioEngine } from "./audio-engine.js";
import { aborted, checkSampleRate } from "./errors.js";
import type { PlaybackPosition, PlaybackPositions } from "./playback/position.js";
import { createPlayerNode, type PlayerNode } from "./player-node.js";
import { createTurnBytes } from "./turn-bytes.js";
import type { PlayerCommand, PlayerReport } from "./worklets/messages.js";

export interface SpeakerOptions {
  engine: AudioEngine;
  /** Rate of the PCM16 that is enqueued, in Hz, an integer from 3000 to 192000. Default 16000. */
  sampleRate?: number;
}

export interface SpeakerEvents {
  /** A sample of the turn was rendered, after silence, after a pause or after another turn. */
  onStarted(turnId: string): void;
  /** The queue ran dry and the turn was not ended: more may come. */
  onUnderrun(position: PlaybackPosition): void;
  /** Everything of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
  /**
   * What `interrupt()` cut, once per interruption of a queue that was not empty. `heard` is `position` less what the
   * output still held when it was cut (`AudioEngine.outputLatency`), and never before the beginning of the turn.
   */
  onInterrupted(position: PlaybackPosition, heard: PlaybackPosition): void;
}

/** A speaker for PCM16, mono. */
export interface Speaker {
  /** Loads what playing needs; on a blocked engine sound waits until it runs. Rejects with an `AudioError`, `aborted` after the signal, `stop()` or another `start()`. */
  start(events: SpeakerEvents, signal?: AbortSignal): Promise<void>;
  /** Fades out in 5 ms and drops everything, without a word, but for the answer to an `interrupt()` just before. */
  stop(): void;
  /**
   * Queues PCM16 little-endian bytes of any length behind what is queued; an odd byte waits for the next ones of its
   * turn. What is enqueued while `start` is under way plays when it is done. The queue holds ten minutes; what is
   * beyond them is refused.
   */
  enqueue(pcm: Uint8Array, of: { turnId: string; deltaId: string | null }): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms, drops the queue and ends a pause; what is enqueued afterwards plays. */
  interrupt(): void;
  /** Fades out in 5 ms and holds what is queued; `enqueue()` and `end()` go on. Nothing is reported while paused. */
  pause(): void;
  /** Plays on from the very sample, faded in; the turn is reported as started again. Nothing where there is no pause. */
  resume(): void;
  /** Lowers the voice to `gain` (0..1, clamped) in 10 ms, on top of the volume. 1 ends it; so does the next `start()`. */
  duck(gain: number): void;
  /** Sets the volume, 0..1 (clamped), default 1, in 10 ms. Kept over starts. */
  setVolume(volume: number): void;
  /** Where sound comes out; `null`: the system's choice. Shorthand for `AudioEngine.setOutputDevice`, and rejects as it does. */
  setDevice(deviceId: string | null): Promise<void>;
  /** Where playing stands: exact as rendered, and of the same turn as heard. `null` before the first turn and while stopped. */
  position(): Promise<PlaybackPositions | null>;
  /** RMS of the last 20 ms, volume and ducking included, 0..1. Where nothing looked before, it begins to listen: it finds silence. */
  level(): number;
  /**
   * Fills `output` with the magnitudes of what is playing, in dB: bin `k` is at `k` · context rate / 2048 (23.4 Hz apart
   * at 48 kHz), 1024 bins in all. -Infinity while stopped. Where nothing looked before, it begins to listen: it finds silence.
   */
  spectrum(output: Float32Array<ArrayBuffer>): void;
}

/** One start and all that belongs to it; whatever comes from another than the current one is ignored. */
interface Session {
  readonly over: AbortController;
  /** `null` while it starts. */
  node: PlayerNode | null;
  waiting: [PlayerCommand, Transferable[]][];
  /** Nothing was enqueued since the last `interrupt()`: what is still told of the queue answers it. */
  interrupted: boolean;
}

/** Makes a speaker on an engine. Throws `invalid-option` where the rate is none. */
export function createSpeaker({ engine, sampleRate = 16000 }: SpeakerOptions): Speaker {
  checkSampleRate(sampleRate);
  let current: Session | null = null;
  let volume = 1;
  let ducked = 1;
  let turnBytes = createTurnBytes();

  function stop(reason?: unknown): void {
    const session = current;
    current = null;
    turnBytes = createTurnBytes();
    session?.over.abort(reason);
    if (session?.node) engine.holdOpen(session.node.close());
  }

  async function start(events: SpeakerEvents, signal?: AbortSignal): Promise<void> {
    stop();
    ducked = 1;
    if (signal?.aborted) throw aborted(starting, signal.reason);
    const over = new AbortController();
    const session: Session = { over, node: null, waiting: [], interrupted: false };
    current = session;
    const end = () => {
      if (current === session) stop(signal?.reason);
    };
    signal?.addEventListener("abort", end, { once: true, signal: over.signal });
    try {
      await untilOver(over.signal, starting, engine.load());
      if (over.signal.aborted || engine.context.state === "closed") throw aborted(starting);
      const options = { sampleRate, gain: volume * ducked };
      const node = createPlayerNode(engine, options, (report) => hear(session, events, report));
      for (const [command, transfer] of session.waiting) node.post(command, transfer);
      session.node = node;
      session.waiting = [];
    } catch (error) {
      end();
      throw error;
    }
  }

  function hear(session: Session, events: SpeakerEvents, report: PlayerReport): void {
    const isCurrent = current === session;
    if (!isCurrent && !session.interrupted) return;
    switch (report.type) {
      case "started":
        return isCurrent ? events.onStarted(report.turnId) : undefined;
      case "underrun":
        return events.onUnderrun(report.position);
      case "finished":
        return events.onFinished(report.position);
      case "interrupted":
        return events.onInterrupted(report.positions.rendered, report.positions.heard);
    }
  }

  function post(command: PlayerCommand, transfer: Transferable[] = []): void {
    if (current?.node) current.node.post(command, transfer);
    else current?.waiting.push([command, transfer]);
  }

  // Not queued while a start is under way: the node begins with it.
  function applyGain(): void {
    current?.node?.post({ type: "gain", gain: volume * ducked });
  }

  return {
    start,
    stop: () => stop(),
    enqueue(bytes, { turnId, deltaId }) {
      if (current === null) return;
      current.interrupted = false;
      const { pcm, byteOffset } = turnBytes.append(bytes, turnId);
      post({ type: "enqueue", pcm, turnId, deltaId, byteOffset }, [pcm.buffer]);
    },
    end(turnId) {
      turnBytes.end(turnId);
      post({ type: "end", turnId });
    },
    interrupt() {
      turnBytes.cut();
      if (current) current.interrupted = true;
      post({ type: "interrupt", latency: engine.outputLatency });
    },
    pause: () => post({ type: "pause" }),
    resume: () => post({ type: "resume" }),
    duck(gain) {
      ducked = clamp(gain);
      applyGain();
    },
    setVolume(value) {
      volume = clamp(value);
      applyGain();
    },
    setDevice: (deviceId) => engine.setOutputDevice(deviceId),
    position: async () => current?.node?.position(engine.outputLatency) ?? null,
    level: () => current?.node?.monitor.level() ?? 0,
    spectrum(output) {
      if (current?.node) current.node.monitor.spectrum(output);
      else output.fill(Number.NEGATIVE_INFINITY);
    },
  };
}

const starting = "Starting the speaker";

function clamp(gain: number): number {
  return gain > 0 ? Math.min(1, gain) : 0;
}
