import type { TimerName } from "../machine/events.js";

/** A timer that is later than this, in ms, was held up: by a page that was busy, most often. */
const lateMs = 50;

/** The timers of a client, by the event that each becomes. */
export class Timers {
  readonly #running = new Map<TimerName, ReturnType<typeof setTimeout>>();
  readonly #onFired: (timer: TimerName) => void;

  constructor(onFired: (timer: TimerName) => void) {
    this.#onFired = onFired;
  }

  /** Starts a timer, anew where it runs already. */
  schedule(timer: TimerName, afterMs: number): void {
    this.cancel(timer);
    const dueAt = Date.now() + afterMs;
    // A page that was busy does not know yet what came meanwhile: it is told first, or the network would be blamed.
    this.#set(timer, afterMs, () => {
      if (Date.now() - dueAt < lateMs) this.#onFired(timer);
      else this.#set(timer, lateMs, () => this.#onFired(timer));
    });
  }

  #set(timer: TimerName, afterMs: number, onFired: () => void): void {
    this.#running.set(timer, setTimeout(onFired, afterMs));
  }

  cancel(timer: TimerName): void {
    clearTimeout(this.#running.get(timer));
  }

  cancelAll(): void {
    for (const timer of this.#running.keys()) this.cancel(timer);
  }
}
