import { AudioError, aborted } from "./errors.js";

/**
 * `running`: sound flows, or its device is still starting. `blocked`: the browser waits for a click or a key.
 * `interrupted`: the system took the sound, for a phone call or Siri. `closed`: for good.
 */
export type EngineState = "running" | "blocked" | "interrupted" | "closed";

/** Whether the sound of an AudioContext flows, and how it is started again. */
export interface ContextState {
  readonly state: EngineState;
  onStateChange(listener: (state: EngineState) => void): () => void;
  /** Resolves when the context runs; rejects `audio-blocked`, or `aborted` when it is closed. */
  resume(): Promise<void>;
  /** Call it when the context is closed: rejects pending `resume()` calls and removes every listener. */
  close(): void;
}

/** How long a context may take to run before it counts as blocked: a Bluetooth device needs up to a second. */
const resumeMilliseconds = 2000;

/** Events after which the browser may let a suspended context run: user gestures, and the page's return. */
const resumeEvents = ["pointerdown", "pointerup", "touchend", "keydown", "click", "visibilitychange", "resume"];

/** Watches a context. `play` resumes it and everything that has to play with it (on iOS an audio element). */
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
    if (next === "blocked" || next === "interrupted") waiting = resumeOnGesture();
    if (next === "closed") over.abort();
    for (const listener of [...listeners]) listener(next);
  }

  function resumeOnGesture(): AbortController {
    const controller = new AbortController();
    const { signal } = controller;
    const tryResume = () => void play().then(follow, () => {});
    for (const type of resumeEvents) {
      globalThis.document?.addEventListener(type, tryResume, { capture: true, passive: true, signal });
    }
    return controller;
  }

  function follow(): void {
    // `suspended` says nothing about the reason: only a resume() that fails, or stays pending, shows that it is
    // blocked.
    if (context.state !== "suspended") enter(context.state);
  }

  function changed(): void {
    follow();
    // We never suspend the context. iOS hands it back suspended after a call, or the app suspended it: resume it.
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
      // While the browser waits for a gesture, resume() stays pending: only a timeout tells.
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
