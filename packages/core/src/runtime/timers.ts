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
  schedule(timer: TimerName, afterMs: number, isLate = false): void {
    this.cancel(timer);
    const lateAt = performance.now() + afterMs + lateMs;
    const fired = () => {
      // A page that was busy does not know yet what came meanwhile: it is told first, or the network would be blamed.
      if (isLate || performance.now() < lateAt) this.#onFired(timer);
      else this.schedule(timer, lateMs, true);
    };
    this.#running.set(timer, setTimeout(fired, afterMs));
  }

  cancel(timer: TimerName): void {
    clearTimeout(this.#running.get(timer));
  }

  cancelAll(): void {
    for (const timer of this.#running.keys()) this.cancel(timer);
  }
}
