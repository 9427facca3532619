import { wireRate } from "./wire-rate.js";

/** How much audio waits at most, and how much of it in the socket's own buffer, in samples. */
const waitingLimit = wireRate;
const socketLimit = wireRate / 2;
/** Bytes of a sample on the wire: 16 bits in base64, and what a message of 20 ms has around them. */
const bytesPerSample = 2.9;

/**
 * The microphone's audio on its way to the socket, in order. What the gate holds and what the network does not take waits
 * here: 1 s at most, with what waits in the socket; then the oldest is dropped.
 */
export class Uplink {
  #waiting: Int16Array[] = [];
  #samples = 0;
  #isCongested = false;

  /** Takes a frame in. Returns whether it is the first, since all was well, for which audio had to be dropped. */
  push(pcm: Int16Array, unsentBytes: number): boolean {
    if (this.#samples + unsentBytes === 0) this.#isCongested = false;
    this.#waiting.push(pcm);
    this.#samples += pcm.length;
    const limit = Math.max(waitingLimit - unsentBytes / bytesPerSample, waitingLimit - socketLimit);
    const before = this.#samples;
    while (this.#samples > limit) this.#remove();
    const begins = this.#samples < before && !this.#isCongested;
    this.#isCongested ||= begins;
    return begins;
  }

  /** What the socket has room for, oldest first. */
  take(unsentBytes: number): readonly Int16Array[] {
    const taken: Int16Array[] = [];
    let room = socketLimit - unsentBytes / bytesPerSample;
    for (let next = this.#waiting[0]; next && room > 0; next = this.#waiting[0]) {
      taken.push(next);
      room -= next.length;
      this.#remove();
    }
    return taken;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#samples = 0;
  }

  #remove(): void {
    this.#samples -= this.#waiting.shift()?.length ?? this.#samples;
  }
}
