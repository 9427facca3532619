import { createPlayback, type Playback, type PlayoutStats } from "../playback/playback.js";
import type { PlaybackPosition } from "../playback/position.js";
import type { PlayerCommand, PlayerOptions, PlayerReport } from "./messages.js";

/** All players of this context. A recorder holds those of its engine by a direct call: no message, no main thread. */
export const players: PlayerProcessor[] = [];

/** The audio thread's half of the speaker: a port around a playback. */
export class PlayerProcessor extends AudioWorkletProcessor {
  readonly engine: number;
  readonly playback: Playback;
  #gain: number;
  #ducked = 1;
  #closing = false;
  /** The turn that was heard last. */
  #turnId: string | null = null;
  /** What was stretched and concealed in turns before it, in ms. */
  #stretchedMs = 0;
  #concealedMs = 0;

  constructor({ processorOptions }: { processorOptions: PlayerOptions }) {
    super();
    players.push(this);
    this.engine = processorOptions.engine;
    this.#gain = processorOptions.gain;
    const post = (report: PlayerReport) => this.port.postMessage(report);
    this.playback = createPlayback({
      inputRate: processorOptions.sampleRate,
      outputRate: sampleRate,
      gain: processorOptions.gain,
      playout: processorOptions.playout,
      events: {
        onStarted: (turnId, silentMs, frame) => {
          // One that ran dry, and was given up, has told no end.
          if (turnId !== this.#turnId) this.#nextTurn();
          this.#turnId = turnId;
          post({ type: "started", turnId, silentMs, time: (currentFrame + frame) / sampleRate });
        },
        onUnderrun: (position) => post({ type: "underrun", position: this.#withStats(position) }),
        onFinished: (position) => {
          post({ type: "finished", position: this.#withStats(position) });
          this.#nextTurn();
        },
        onQueueFull: (turnId) => post({ type: "full", turnId }),
        onInterrupted: ({ rendered, heard }) => {
          const positions = { rendered: this.#withStats(rendered), heard: this.#withStats(heard) };
          post({ type: "interrupted", positions });
          this.#nextTurn();
        },
      },
    });
    this.port.onmessage = ({ data }: MessageEvent<PlayerCommand>) => this.#obey(data);
  }

  /** Multiplies the gain, until the main thread ends that. */
  duck(gain: number): void {
    this.#ducked = gain;
    this.playback.setGain(this.#gain * gain);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channel = outputs[0]?.[0];
    if (channel === undefined) return true;
    this.playback.render(channel);
    if (this.#closing && !this.playback.fading) {
      this.port.postMessage({ type: "closed" } satisfies PlayerReport);
      return false;
    }
    return true;
  }

  /** What waits now, and what the turn under way has cost. */
  #stats(): PlayoutStats {
    const { bufferedMs, stretchedMs, concealedMs } = this.playback.stats();
    return {
      bufferedMs,
      stretchedMs: stretchedMs - this.#stretchedMs,
      concealedMs: concealedMs - this.#concealedMs,
    };
  }

  #withStats(position: PlaybackPosition): PlaybackPosition {
    const { stretchedMs, concealedMs } = this.#stats();
    return { ...position, stretchedMs, concealedMs };
  }

  #nextTurn(): void {
    const { stretchedMs, concealedMs } = this.playback.stats();
    this.#stretchedMs = stretchedMs;
    this.#concealedMs = concealedMs;
  }

  #obey(command: PlayerCommand): void {
    const playback = this.playback;
    switch (command.type) {
      case "enqueue":
        return playback.enqueue(command.pcm, command.turnId, command.deltaId, command.byteOffset);
      case "end":
        return playback.end(command.turnId);
      case "interrupt":
        this.duck(1);
        return playback.interrupt(command.latency);
      case "pause":
        return playback.pause();
      case "resume":
        this.duck(1);
        return playback.resume();
      case "gain":
        this.#gain = command.gain;
        return this.duck(command.release ? 1 : this.#ducked);
      case "position": {
        const positions = playback.positions(command.latency);
        return this.port.postMessage({ type: "position", positions, stats: this.#stats() } satisfies PlayerReport);
      }
      case "close":
        this.#closing = true;
        players.splice(players.indexOf(this), 1);
        playback.interrupt(0);
    }
  }
}
