import { createController, untilOver, whenOver } from "./abort.js";
import type { AudioEngine } from "./audio-engine.js";
import { engineKey } from "./engine-key.js";
import { aborted, checkSampleRate, invalidOption } from "./errors.js";
import type { Playout, PlayoutStats } from "./playback/playback.js";
import type { PlaybackPosition, PlaybackPositions } from "./playback/position.js";
import { createPlayerNode, type PlayerNode } from "./player-node.js";
import { createTurnBytes, type TurnBytes } from "./turn-bytes.js";
import type { FloatSamples } from "./typed-arrays.js";
import type { PlayerCommand, PlayerReport } from "./worklets/messages.js";

export interface SpeakerOptions {
  engine: AudioEngine;
  /** Rate of the PCM16 that is enqueued, in Hz, an integer from 3000 to 192000. Default 16000. */
  sampleRate?: number | undefined;
  /**
   * What is played when the network is late. `adaptive`: the sound is made a little longer, at the same pitch, while what
   * arrives is nearly late, and goes on for up to 60 ms when it is too late. `plain`: every sample as it came, with a jitter
   * buffer that waits for 40 to 240 ms of sound. Default `adaptive`.
   */
  playout?: Playout | undefined;
}

export interface SpeakerEvents {
  /**
   * A sample of the turn was rendered, after silence, after a pause or after another turn. `silentMs`: how long an underrun
   * of this turn made it silent, in ms; 0 where none did, and where it was paused meanwhile. `time`: when it is heard, in
   * seconds on the context's clock: when it was rendered, and `AudioEngine.outputLatency`.
   */
  onStarted(turnId: string, silentMs: number, time: number): void;
  /** It has fallen silent because the queue ran dry, and the turn was not ended: more may come. */
  onUnderrun(position: PlaybackPosition): void;
  /** Everything of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
  /** The queue is full, and audio of the turn was dropped. Once, until the queue was empty. */
  onQueueFull?(turnId: string): void;
  /**
   * Where `interrupt()` cut the turn, once per interruption of a queue that was not empty: the rendered position, and
   * the heard position, which is earlier by `AudioEngine.outputLatency`, but never before the beginning of the turn.
   */
  onInterrupted(position: PlaybackPosition, heard: PlaybackPosition): void;
}

/** A speaker for PCM16, mono. */
export interface Speaker {
  /**
   * Loads what playing needs; on a blocked engine sound waits until it runs. Rejects with an `AudioError`, `aborted`
   * after the signal, `stop()` or another `start()`.
   */
  start(events: SpeakerEvents, signal?: AbortSignal): Promise<void>;
  /**
   * Fades out in 5 ms and drops everything. Afterwards it reports nothing, except what an `interrupt()` just before
   * still owes.
   */
  stop(): void;
  /**
   * Queues PCM16 little-endian bytes of any length behind what is queued; an odd byte waits for the next ones of its
   * turn. Audio enqueued while `start` is under way plays once it is done. The queue holds ten minutes; more is dropped,
   * and reported by `onQueueFull`.
   */
  enqueue(pcm: Uint8Array, of: { turnId: string; deltaId: string | null }): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms, drops the queue and ends a pause; what is enqueued afterwards plays. */
  interrupt(): void;
  /** Fades out in 5 ms and holds what is queued; `enqueue()` and `end()` go on. Nothing is reported while paused. */
  pause(): void;
  /**
   * Fades in and plays on from the sample at which the pause began; the turn is reported as started again. Without a
   * pause it does nothing.
   */
  resume(): void;
  /**
   * Lowers the voice to `gain` (0..1, clamped) in 10 ms, on top of the volume. 1 ends it; so does the next `start()`.
   * It takes over from a recorder that has ducked this speaker; so do `resume()` and `interrupt()`.
   */
  duck(gain: number): void;
  /** Sets the volume, 0..1 (clamped), default 1, in 10 ms. Kept over starts. */
  setVolume(volume: number): void;
  /**
   * Where sound comes out; `null`: the system's choice. Shorthand for `AudioEngine.setOutputDevice`, and rejects as it
   * does.
   */
  setDevice(deviceId: string | null): Promise<void>;
  /**
   * The rendered position, exact, and the heard position in the same turn. `null` before the first turn and while
   * stopped.
   */
  position(): Promise<PlaybackPositions | null>;
  /**
   * How it plays: how much sound waits now, and what was stretched and concealed of the turn under way, or behind the last
   * that has ended; the position of an underrun, an end or an interruption has the same of its turn. `null` while stopped.
   */
  stats(): Promise<PlayoutStats | null>;
  /** RMS of the last 20 ms, volume and ducking included, 0..1. The first call only connects the meter and returns 0. */
  level(): number;
  /**
   * Fills `output` with the magnitudes of what is playing, in dB: bin `k` is at `k` · context rate / 2048 (23.4 Hz apart
   * at 48 kHz), 1024 bins in all. -Infinity while stopped. The first call of `level` or `spectrum` only connects the meter and finds silence.
   */
  spectrum(output: FloatSamples): void;
}

/** One `start()` and what belongs to it. Reports and results of a session that is not the current one are ignored. */
interface Session {
  readonly over: AbortController;
  readonly turnBytes: TurnBytes;
  /** `null` while it starts: commands go to `waiting`. */
  node: PlayerNode | null;
  waiting: PlayerCommand[];
  /**
   * No audio was enqueued since the last `interrupt()`: a report that comes after `stop()` then answers it, and is
   * passed on.
   */
  interrupted: boolean;
}

/** Makes a speaker on an engine. Throws `invalid-option` for a sample rate out of range, and an unknown `playout`. */
export function createSpeaker({ engine, sampleRate = 16000, playout = "adaptive" }: SpeakerOptions): Speaker {
  checkSampleRate(sampleRate);
  if (playout !== "adaptive" && playout !== "plain") throw invalidOption("playout", playout, "adaptive or plain");
  let current: Session | null = null;
  let volume = 1;
  let ducked = 1;

  const stop = () => current?.over.abort();

  async function start(events: SpeakerEvents, signal?: AbortSignal): Promise<void> {
    stop();
    ducked = 1;
    const over = createController(engine, starting, signal);
    const session: Session = { over, turnBytes: createTurnBytes(), node: null, waiting: [], interrupted: false };
    current = session;
    whenOver(over.signal, () => {
      current = null;
      if (session.node) engine.holdOpen(session.node.close());
    });
    try {
      await untilOver(over.signal, starting, engine.load());
      if (over.signal.aborted) throw aborted(starting);
      const options = { engine: engineKey(engine), sampleRate, gain: volume * ducked, playout };
      const node = createPlayerNode(engine, options, (report) => receive(session, events, report));
      for (const command of session.waiting) node.post(command);
      session.node = node;
      session.waiting = [];
    } catch (error) {
      over.abort();
      throw error;
    }
  }

  function receive(session: Session, events: SpeakerEvents, report: PlayerReport): void {
    const isCurrent = current === session;
    if (!isCurrent && !session.interrupted) return;
    switch (report.type) {
      case "full":
        if (isCurrent) events.onQueueFull?.(report.turnId);
        return;
      case "started":
        if (isCurrent) events.onStarted(report.turnId, report.silentMs, report.time + engine.outputLatency);
        return;
      case "underrun":
        return events.onUnderrun(report.position);
      case "finished":
        return events.onFinished(report.position);
      case "interrupted":
        return events.onInterrupted(report.positions.rendered, report.positions.heard);
    }
  }

  function post(command: PlayerCommand): void {
    if (current?.node) current.node.post(command);
    else current?.waiting.push(command);
  }

  // Does nothing while a start is under way: the node is then made with the current gain.
  function applyGain(release: boolean): void {
    current?.node?.post({ type: "gain", gain: volume * ducked, release });
  }

  return {
    start,
    stop,
    enqueue(bytes, { turnId, deltaId }) {
      if (current === null) return;
      current.interrupted = false;
      const { pcm, byteOffset } = current.turnBytes.append(bytes, turnId);
      post({ type: "enqueue", pcm, turnId, deltaId, byteOffset });
    },
    end(turnId) {
      current?.turnBytes.end(turnId);
      post({ type: "end", turnId });
    },
    interrupt() {
      if (current === null) return;
      current.turnBytes.cut();
      current.interrupted = true;
      post({ type: "interrupt", latency: engine.outputLatency });
    },
    pause: () => post({ type: "pause" }),
    resume: () => post({ type: "resume" }),
    duck(gain) {
      ducked = clamp(gain);
      applyGain(true);
    },
    setVolume(value) {
      volume = clamp(value);
      applyGain(false);
    },
    setDevice: (deviceId) => engine.setOutputDevice(deviceId),
    position: async () => (await current?.node?.ask(engine.outputLatency))?.positions ?? null,
    stats: async () => (await current?.node?.ask(0))?.stats ?? null,
    level: () => current?.node?.monitor.level() ?? 0,
    spectrum(output) {
      output.fill(-Infinity);
      current?.node?.monitor.spectrum(output);
    },
  };
}

const starting = "Starting the speaker";

function clamp(gain: number): number {
  return gain > 0 ? Math.min(1, gain) : 0;
}
