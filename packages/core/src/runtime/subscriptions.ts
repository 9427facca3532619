import { validate } from "../options/check.js";
import { aFunction } from "../options/checks.js";
import type { Undo } from "../undo.js";
import { guarded } from "./listener-error.js";

/** Who listens to one thing. */
export class Subscriptions<Payload = undefined> {
  // Each is an object of its own, so that one function may subscribe twice.
  readonly #all = new Set<{ readonly listener: (payload: Payload) => void }>();

  get size(): number {
    return this.#all.size;
  }

  /** Throws `invalid-option` for what is no function: here, where it was passed, and not at every event. */
  add(listener: (payload: Payload) => void): Undo {
    validate("listener", aFunction, listener);
    const subscription = { listener };
    this.#all.add(subscription);
    return () => this.#all.delete(subscription);
  }

  /** Tells those that listen now. One that throws stops nobody. */
  tell(payload: Payload): void {
    for (const subscription of [...this.#all]) {
      // One of them may have undone another's.
      if (this.#all.has(subscription)) guarded(() => subscription.listener(payload));
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
