import { longestTimeoutMs } from "../longest-timeout.js";
import type { MockSession } from "./mock-session.js";
import { RecordBudget } from "./record-budget.js";
import type { Session } from "./session.js";

const mostClosedSessions = 100;

/** Somebody who waits for a connection. */
interface Claim {
  /** Takes one, if there is one. */
  settle(): boolean;
  end(): void;
}

/** The connections that a server knows of: all open ones, and the latest of those that are closed. */
export class Sessions {
  /** What their records hold together. */
  readonly budget: RecordBudget;
  #known: Session[] = [];
  #unclaimed: Session[] = [];
  readonly #claims = new Set<Claim>();
  #ended = false;

  /** `recordBytes`: what their records may hold together. */
  constructor(recordBytes: number) {
    this.budget = new RecordBudget(recordBytes, () => this.#makeRoom());
  }

  /** In the order of arrival. */
  get known(): readonly Session[] {
    return this.#known;
  }

  get open(): Session[] {
    return this.#known.filter((session) => !session.closed);
  }

  add(session: Session): void {
    this.#known.push(session);
    this.#unclaimed.push(session);
    for (const claim of [...this.#claims]) claim.settle();
  }

  /** One of them is over. */
  closed(): void {
    const closed = this.#known.filter((session) => session.closed);
    for (const session of closed.slice(0, Math.max(0, closed.length - mostClosedSessions))) this.#forget(session);
  }

  /** The next one that no earlier call has returned, at once if it is already there. Rejects after `timeoutMs`, and when no more can come. */
  next(timeoutMs: number): Promise<MockSession> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => {
        clearTimeout(timer);
        this.#claims.delete(claim);
        reject(new Error(`No client connected ${reason}. There were ${this.#known.length} sessions.`));
      };
      const settle = () => {
        const session = this.#unclaimed.shift();
        if (!session) return false;
        clearTimeout(timer);
        this.#claims.delete(claim);
        resolve(session);
        return true;
      };
      const claim = { settle, end: () => fail("before the server was closed") };
      const timer = setTimeout(() => fail(`within ${timeoutMs} ms`), Math.min(timeoutMs, longestTimeoutMs));
      if (settle()) return;
      if (this.#ended) claim.end();
      else this.#claims.add(claim);
    });
  }

  /** No more will come: ends every wait for one. */
  end(): void {
    this.#ended = true;
    for (const claim of [...this.#claims]) claim.end();
  }

  #forget(forgotten: Session): void {
    this.#known = this.#known.filter((session) => session !== forgotten);
    this.#unclaimed = this.#unclaimed.filter((session) => session !== forgotten);
    forgotten.releaseRecord();
  }

  // Forget the oldest closed session. If all are open, halve the largest record: a client that fills memory loses its own
  // messages, not those of others.
  #makeRoom(): boolean {
    const before = this.budget.used;
    const over = this.#known.find((session) => session.closed);
    if (over) this.#forget(over);
    else this.#known.reduce<Session | null>(fuller, null)?.shrinkRecord();
    return over !== undefined || this.budget.used < before;
  }
}

function fuller(one: Session | null, other: Session): Session {
  return one && one.recordedBytes >= other.recordedBytes ? one : other;
}
