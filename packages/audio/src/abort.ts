import type { AudioEngine } from "./audio-engine.js";
import { AudioError, aborted } from "./errors.js";

/** Runs `undo` when the signal fires; at once where it already has. */
export function whenOver(signal: AbortSignal, undo: () => void): void {
  if (signal.aborted) undo();
  else signal.addEventListener("abort", undo);
}

/**
 * Makes the controller of a start on an engine: it fires with the caller's signal, and when the engine is closed. Throws an
 * `aborted` error that names what was cancelled where that has happened before.
 */
export function createController(engine: AudioEngine, what: string, signal?: AbortSignal): AbortController {
  if (signal?.aborted || engine.state === "closed") throw aborted(what, signal?.reason);
  const over = new AbortController();
  signal?.addEventListener("abort", () => over.abort(signal.reason), { signal: over.signal });
  whenOver(
    over.signal,
    engine.onStateChange((state) => state === "closed" && over.abort()),
  );
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
