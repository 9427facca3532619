/** One time limit over several awaits, joined with the caller's own signal. */
export interface Deadline {
  /** Aborts when the time is up or the caller's signal aborts. */
  readonly signal: AbortSignal;
  /** Whether it was the time that ran out. */
  readonly expired: boolean;
  /** Rejects as soon as the signal aborts, even when `work` does not heed it; what `work` still gives goes to `late`. */
  race<T>(work: Promise<T>, late?: (value: T) => void): Promise<T>;
  /** Stops the clock and lets go of the caller's signal. */
  release(): void;
}

// Timers take no more; beyond it they fire at once.
const longestTimeoutMs = 2 ** 31 - 1;

/** Starts a deadline of `timeoutMs` milliseconds (none when absent); `release()` it when the work is over. */
export function startDeadline(timeoutMs: number | undefined, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const expire = () => {
    expired = true;
    controller.abort();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, Math.min(timeoutMs, longestTimeoutMs));
  const onOuterAbort = () => controller.abort(outer?.reason);
  if (outer?.aborted) onOuterAbort();
  else outer?.addEventListener("abort", onOuterAbort, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    race: (work, late) => raceAgainst(controller.signal, work, late),
    release() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", onOuterAbort);
    },
  };
}

function raceAgainst<T>(signal: AbortSignal, work: Promise<T>, late?: (value: T) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const onAbort = () => {
      over = true;
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        if (over) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
  });
}
