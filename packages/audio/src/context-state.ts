import { AudioError, aborted } from "./errors.js";

/**
 * What holds the sound back: nothing (also while a device is still starting), the browser, which wants a click or a key
 * first, or the system, for a phone call or Siri.
 */
export type EngineState = "running" | "blocked" | "interrupted" | "closed";

/** The state of a context as its user has to know it, and the ways back to running. */
export interface ContextState {
  readonly state: EngineState;
  onStateChange(listener: (state: EngineState) => void): () => void;
  /** Resolves when the context runs; rejects `audio-blocked`, or `aborted` when it is closed. */
  resume(): Promise<void>;
  /** The context is closed: settles what is pending and removes every listener. */
  close(): void;
}

/** How long a context may take to run before it counts as blocked: a Bluetooth device needs up to a second. */
const resumeMilliseconds = 2000;

/** After each of these a context that stood still may run: what browsers count as a gesture, and the page's return. */
const chances = ["pointerdown", "pointerup", "touchend", "keydown", "click", "visibilitychange", "resume"];

/** Watches a context. `play` resumes it, and whatever else has to play with it. */
export function watchContext(context: AudioContext, play: () => Promise<unknown>): ContextState {
  const listeners = new Set<(state: EngineState) => void>();
  const over = new AbortController();
  let state: EngineState = "running";
  let waiting: AbortController | null = null;

  function enter(next: EngineState): void {
    if (next === state || state === "closed") return;
    state = next;
    waiting?.abort();
    waiting = null;
    if (next === "blocked" || next === "interrupted") waiting = waitForChance();
    if (next === "closed") over.abort();
    for (const listener of [...listeners]) listener(next);
  }

  function waitForChance(): AbortController {
    const controller = new AbortController();
    const { signal } = controller;
    const seize = () => void play().then(follow, () => {});
    for (const type of chances) {
      globalThis.document?.addEventListener(type, seize, { capture: true, passive: true, signal });
    }
    return controller;
  }

  function follow(): void {
    // Whether a context that is suspended may run is known only when it was tried.
    if (context.state !== "suspended") enter(context.state);
  }

  function changed(): void {
    follow();
    // Not by us: the system gave it back without starting it (iOS after a call), or the app suspended it.
    if (context.state === "suspended" && state !== "blocked") resume().catch(() => {});
  }

  function resume(): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = new AbortController();
      const settle = (error?: AudioError) => {
        clearTimeout(timer);
        attempt.abort();
        if (error === undefined) resolve();
        else reject(error);
      };
      const check = () => {
        if (context.state === "running") settle();
        else if (context.state === "closed") settle(aborted("Starting the sound"));
      };
      const block = (cause?: unknown) => {
        if (attempt.signal.aborted) return;
        enter(context.state === "interrupted" ? "interrupted" : "blocked");
        settle(blocked(cause));
      };
      // A context that waits for a gesture neither resolves nor rejects resume(): nothing but time tells.
      const timer = setTimeout(block, resumeMilliseconds);
      if (state === "closed" || context.state === "closed") return settle(aborted("Starting the sound"));
      context.addEventListener("statechange", check, { signal: attempt.signal });
      over.signal.addEventListener("abort", () => settle(aborted("Starting the sound")), { signal: attempt.signal });
      play().then(() => {
        follow();
        check();
      }, block);
    });
  }

  context.addEventListener("statechange", changed, { signal: over.signal });
  return {
    get state() {
      return state;
    },
    onStateChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume,
    close: () => enter("closed"),
  };
}

function blocked(cause: unknown): AudioError {
  return new AudioError(
    "audio-blocked",
    "The browser holds the sound back until the user does something. Start it in the handler of a click or a key.",
    cause,
  );
}
