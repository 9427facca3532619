import { createPlayback, type Playback } from "../playback/playback.js";
import type { PlayerCommand, PlayerOptions, PlayerReport } from "./messages.js";

/** The audio thread's half of the speaker: a port around a playback. */
export class PlayerProcessor extends AudioWorkletProcessor {
  readonly #playback: Playback;
  #closing = false;

  constructor({ processorOptions }: { processorOptions: PlayerOptions }) {
    super();
    const post = (report: PlayerReport) => this.port.postMessage(report);
    this.#playback = createPlayback({
      inputRate: processorOptions.sampleRate,
      outputRate: sampleRate,
      gain: processorOptions.gain,
      playout: processorOptions.playout,
      events: {
        onStarted: (turnId, silentMs) => post({ type: "started", turnId, silentMs }),
        onUnderrun: (position) => post({ type: "underrun", position }),
        onFinished: (position) => post({ type: "finished", position }),
        onQueueFull: (turnId) => post({ type: "full", turnId }),
        onInterrupted: (positions) => post({ type: "interrupted", positions }),
      },
    });
    this.port.onmessage = ({ data }: MessageEvent<PlayerCommand>) => this.#obey(data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channel = outputs[0]?.[0];
    if (channel === undefined) return true;
    this.#playback.render(channel);
    if (this.#closing && !this.#playback.fading) {
      this.port.postMessage({ type: "closed" } satisfies PlayerReport);
      return false;
    }
    return true;
  }

  #obey(command: PlayerCommand): void {
    const playback = this.#playback;
    switch (command.type) {
      case "enqueue":
        return playback.enqueue(command.pcm, command.turnId, command.deltaId, command.byteOffset);
      case "end":
        return playback.end(command.turnId);
      case "interrupt":
        return playback.interrupt(command.latency);
      case "pause":
        return playback.pause();
      case "resume":
        return playback.resume();
      case "gain":
        return playback.setGain(command.gain);
      case "position": {
        const positions = playback.positions(command.latency);
        return this.port.postMessage({ type: "position", positions } satisfies PlayerReport);
      }
      case "close":
        this.#closing = true;
        playback.interrupt(0);
    }
  }
}
