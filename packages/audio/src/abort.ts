import { AudioError, aborted } from "./errors.js";

/** Runs `undo` when the signal fires; at once where it already has. */
export function whenOver(signal: AbortSignal, undo: () => void): void {
  if (signal.aborted) undo();
  else signal.addEventListener("abort", undo);
}

/**
 * Makes the controller of a start: it fires with the caller's signal. Throws an `aborted` error that names what was
 * cancelled where that has fired before.
 */
export function createController(what: string, signal?: AbortSignal): AbortController {
  if (signal?.aborted) throw aborted(what, signal.reason);
  const over = new AbortController();
  signal?.addEventListener("abort", () => over.abort(signal.reason), { signal: over.signal });
  return over;
}

/**
 * Settles as `promise` does, but rejects as soon as the signal fires: with the signal's reason where that is an
 * `AudioError`, else with an `aborted` one that names what was cancelled.
 */
export function untilOver<T>(signal: AbortSignal, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    whenOver(signal, () => reject(signal.reason instanceof AudioError ? signal.reason : aborted(what, signal.reason)));
    promise.then(resolve, reject);
  });
}
