import type { AudioInputFrame } from "./ports.js";

/** Frames of the microphone that wait, in order. */
export class FrameQueue {
  #frames: AudioInputFrame[] = [];
  #samples = 0;

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  /** Takes a frame in, and drops the oldest of more than `limit` samples. Returns how many samples it dropped. */
  push(frame: AudioInputFrame, limit: number): number {
    this.#frames.push(frame);
    this.#samples += frame.pcm.length;
    const taken = this.#samples;
    while (this.#samples > limit) this.shift();
    return taken - this.#samples;
  }

  /** The oldest, which waits no longer; `undefined` when there is none. */
  shift(): AudioInputFrame | undefined {
    const frame = this.#frames.shift();
    this.#samples -= frame?.pcm.length ?? 0;
    return frame;
  }

  clear(): void {
    this.#frames = [];
    this.#samples = 0;
  }
}
