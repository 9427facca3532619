import type { importAudio } from "../audio/browser-audio.js";
import type { AudioPorts } from "../audio/ports.js";
import type { LayercodeError } from "../errors.js";
import type { Model } from "../machine/model.js";
import type { ResolvedOptions } from "../options/resolve.js";

/** What the first page has: imported from here, it would become a file more for every page. */
export interface OfFirstPage {
  LayercodeError: typeof LayercodeError;
  importAudio: typeof importAudio;
  /** One that was made in the user's gesture; it is closed with the diagnosis. */
  context: AudioContext | null;
  /** `Dispatcher.ends` when the diagnosis was asked for, before its code was there. */
  ends: number;
}

/** The client that is diagnosed, as it is when the diagnosis begins, and what belongs to the diagnosis itself. */
export interface Scene {
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** The session's ports, while it has any. */
  readonly ports: AudioPorts | null;
  readonly firstPage: OfFirstPage;
  /** Whether a real session may be opened. */
  readonly openSession: boolean;
  /** Fires when the diagnosis is over, whichever way: what is open is closed then, and what opens later at once. */
  readonly over: AbortSignal;
}

/** Calls `undo` when the diagnosis is over; at once where it is. */
export function whenOver(over: AbortSignal, undo: () => void): void {
  if (over.aborted) undo();
  else over.addEventListener("abort", undo, { once: true });
}

/** Resolves after so many ms, or when the diagnosis is over. */
export function wait(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      over.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    whenOver(over, end);
  });
}
