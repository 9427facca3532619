import { longestTimeoutMs } from "../longest-timeout.js";

/** Something a script expected that was not so. */
export interface UnmetExpectation {
  /** When, in epoch ms. */
  at: number;
  /** The turn of the script, 0 being the first. */
  turn: number;
  /** Its message names the turn, what was expected, and what came. */
  error: Error;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/** How far a script is on one connection, and what was not as it expected. */
export class ScriptProgress {
  readonly #where: () => string;
  readonly #unmet: UnmetExpectation[] = [];
  readonly #waiters = new Set<Waiter>();
  #ended = false;
  #closed = false;

  /** `where` names the turn that the script is at. */
  constructor(where: () => string) {
    this.#where = where;
  }

  get unmet(): readonly UnmetExpectation[] {
    return this.#unmet;
  }

  /** Notes an expectation that was not met. */
  note(unmet: UnmetExpectation): void {
    this.#unmet.push(unmet);
    if (this.#unmet.length > 1000) this.#unmet.shift();
  }

  /** The last turn is over. */
  end(): void {
    this.#ended = true;
    for (const waiter of [...this.#waiters]) waiter.resolve();
  }

  /** The connection is gone. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiters])
      waiter.reject(new Error(`The session closed before the script ended: it was at ${this.#where()}.`));
  }

  /**
   * Resolves when the last turn is over; of a script that repeats itself, for the first time.
   * @throws {Error} when anything was not as expected, the time is up, or the session closes.
   */
  async waitForEnd(timeoutMs: number): Promise<void> {
    if (!this.#ended) await this.#end(timeoutMs);
    if (this.#unmet.length > 0) throw new Error(this.#unmet.map(({ error }) => error.message).join("\n"));
  }

  #end(timeoutMs: number): Promise<void> {
    if (this.#closed)
      return Promise.reject(new Error(`The session closed before the script ended: it was at ${this.#where()}.`));
    return new Promise((resolve, reject) => {
      const late = () =>
        waiter.reject(new Error(`The script did not end within ${timeoutMs} ms: it is at ${this.#where()}.`));
      const timer = setTimeout(late, Math.min(timeoutMs, longestTimeoutMs));
      const settle = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve() {
          settle();
          resolve();
        },
        reject: (error) => {
          settle();
          reject(new Error([error.message, ...this.#unmet.map(({ error }) => error.message)].join("\n")));
        },
      };
      this.#waiters.add(waiter);
    });
  }
}
