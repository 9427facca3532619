import {
  bytesPerSample,
  type Drain,
  heard,
  isBehind,
  isDead,
  look,
  newDrain,
  type SocketState,
  socketLimit,
} from "./drain.js";
import { FrameQueue } from "./frame-queue.js";
import type { AudioInputFrame } from "./ports.js";

/**
 * The microphone's audio on its way to the socket, in order. What comes is written at once, also many frames that come
 * at once because the page was busy. It waits here while the gate holds it, and while the network is behind: up to a
 * limit, then the oldest is dropped.
 */
export class Uplink {
  readonly #waiting = new FrameQueue();
  #drain: Drain = newDrain(0);
  /** The network was behind, and what waited because of that is not written yet. */
  #isCatchingUp = false;
  #isCongested = false;

  /** Begins with a new socket; what waits is for it. */
  begin(now: number): void {
    this.#drain = newDrain(now);
    this.#isCatchingUp = false;
  }

  /** A message came by the socket. */
  heard(): void {
    this.#drain = heard(this.#drain);
  }

  /** Looks at the socket, once for each frame, before it is pushed. Returns whether the connection is dead. */
  look(socket: SocketState, now: number): boolean {
    this.#drain = look(this.#drain, socket, now);
    this.#isCatchingUp ||= isBehind(this.#drain);
    if (this.#waiting.isEmpty && socket.unsentBytes === 0) this.#isCongested = false;
    return isDead(this.#drain);
  }

  /** Takes a frame in; `limit`: samples that may wait. Returns how many there was no room for, and whether that is the first loss since all was well. */
  push(frame: AudioInputFrame, limit: number): { dropped: number; isFirstLoss: boolean } {
    const dropped = this.#waiting.push(frame, limit);
    const isFirstLoss = dropped > 0 && !this.#isCongested;
    this.#isCongested ||= isFirstLoss;
    return { dropped, isFirstLoss };
  }

  /** What the socket is to be given, oldest first: all, unless the network is behind. */
  take({ unsentBytes }: SocketState): AudioInputFrame[] {
    let room = this.#isCatchingUp ? socketLimit - unsentBytes / bytesPerSample : Infinity;
    const taken: AudioInputFrame[] = [];
    while (room > 0) {
      const next = this.#waiting.shift();
      if (!next) {
        this.#isCatchingUp = false;
        break;
      }
      taken.push(next);
      room -= next.pcm.length;
    }
    return taken;
  }

  /** Everything, however the network is. */
  takeAll(): AudioInputFrame[] {
    this.#isCatchingUp = false;
    return this.take({ unsentBytes: 0, sentBytes: 0 });
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.clear();
  }
}
