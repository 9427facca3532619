import { aborted } from "./errors.js";

/** Runs `undo` when the signal fires, or now if it has. */
export function whenOver(signal: AbortSignal, undo: () => void): void {
  if (signal.aborted) undo();
  else signal.addEventListener("abort", undo, { once: true });
}

/** The promise, or an `aborted` error that says what was cancelled as soon as the signal fires. */
export function untilOver<T>(signal: AbortSignal, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    whenOver(signal, () => reject(aborted(what)));
    promise.then(resolve, reject);
  });
}
