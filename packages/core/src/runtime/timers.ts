import type { TimerName } from "../machine/events.js";

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
    this.#running.set(
      timer,
      setTimeout(() => this.#onFired(timer), afterMs),
    );
  }

  cancel(timer: TimerName): void {
    clearTimeout(this.#running.get(timer));
  }

  cancelAll(): void {
    for (const timer of this.#running.keys()) this.cancel(timer);
  }
}
