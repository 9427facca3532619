import { longestTimeoutMs } from "../longest-timeout.js";
import type { Recorded } from "./record.js";

export interface WaitOptions<M> {
  /** How long to wait, in ms. Default: the option `timeoutMs` of the server. */
  timeoutMs?: number;
  /** Look only at what came after this message, itself one of those recorded. */
  after?: M;
}

/** What the error of a wait that fails says beside the reason. */
interface FailureText {
  /** What was waited for. */
  name?: string;
  explain?(): string;
}

interface Waiter<M> {
  test(message: M): boolean;
  resolve(message: M): void;
  reject(reason: string): void;
}

/** Lets tests wait for a message of a record, whether it is already there or yet to come. */
export class Awaiting<M extends { type: string }> {
  readonly #recorded: () => readonly Recorded<M>[];
  readonly #timeoutMs: number;
  readonly #waiters = new Set<Waiter<M>>();
  #closed = false;

  /** `timeoutMs`: how long a wait lasts that does not say. */
  constructor(recorded: () => readonly Recorded<M>[], timeoutMs: number) {
    this.#recorded = recorded;
    this.#timeoutMs = timeoutMs;
  }

  waitFor(
    wanted: string | ((message: M) => boolean),
    { timeoutMs = this.#timeoutMs, after }: WaitOptions<M> = {},
    failing: FailureText = {},
  ): Promise<M> {
    const test = typeof wanted === "string" ? (message: M) => message.type === wanted : wanted;
    const recorded = this.#recorded();
    const from = after === undefined ? 0 : recorded.findIndex(({ message }) => message === after) + 1;
    const found = recorded.slice(from).find(({ message }) => test(message));
    if (found) return Promise.resolve(found.message);
    const name = failing.name ?? (typeof wanted === "string" ? `"${wanted}"` : "a message that fits");
    const failure = (reason: string) =>
      new Error(`${name} did not come: ${reason}. There were: ${this.#summary()}.${failing.explain?.() ?? ""}`);
    if (this.#closed) return Promise.reject(failure("the session is closed"));
    return new Promise((resolve, reject) => {
      const late = () => waiter.reject(`${timeoutMs} ms have passed`);
      const timer = setTimeout(late, Math.min(timeoutMs, longestTimeoutMs));
      const settle = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter<M> = {
        test,
        resolve(message) {
          settle();
          resolve(message);
        },
        reject(reason) {
          settle();
          reject(failure(reason));
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Whether somebody waits. */
  get waiting(): boolean {
    return this.#waiters.size > 0;
  }

  /** A message was recorded. */
  tell(message: M): void {
    if (this.waiting) for (const waiter of [...this.#waiters]) if (waiter.test(message)) waiter.resolve(message);
  }

  /** No more messages will come: rejects every wait. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiters]) waiter.reject("the session closed");
  }

  #summary(): string {
    const counts = new Map<string, number>();
    for (const { message } of this.#recorded()) counts.set(message.type, (counts.get(message.type) ?? 0) + 1);
    return [...counts].map(([type, count]) => `${count} × ${type}`).join(", ") || "none";
  }
}
