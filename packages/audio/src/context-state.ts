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
  /** Call it when the context is closed: rejects pending `resume()` calls and waits for no gesture any more. */
  close(): void;
}

/** How long a context may take to run before it counts as blocked: a Bluetooth device needs up to a second. */
const resumeMilliseconds = 2000;

/** Events after which the browser may let a suspended context run: user gestures, and the page's return. */
const resumeEvents = ["pointerdown", "pointerup", "touchend", "keydown", "click", "visibilitychange", "resume"];

/** Watches a context. `play` resumes it and everything that has to play with it (on iOS an audio element). */
export function watchContext(context: AudioContext, play: () => Promise<unknown>): ContextState {
  const listeners = new Set<(state: EngineState) => void>();
  /** The `resume()` calls that are pending: each settles itself where the state allows it. */
  const attempts = new Set<() => void>();
  let gestures = new AbortController();
  let state: EngineState = "running";

  function enter(next: EngineState): void {
    if (next === state || state === "closed") return;
    state = next;
    gestures.abort();
    if (next === "blocked" || next === "interrupted") resumeOnGesture();
    for (const listener of [...listeners]) listener(next);
  }

  function resumeOnGesture(): void {
    gestures = new AbortController();
    const { signal } = gestures;
    const tryResume = () => void play().then(follow, () => {});
    for (const type of resumeEvents) {
      globalThis.document?.addEventListener(type, tryResume, { capture: true, passive: true, signal });
    }
  }

  function follow(): void {
    // `suspended` says nothing about the reason: only a resume() that fails, or stays pending, shows that it is
    // blocked.
    if (context.state !== "suspended") enter(context.state);
    for (const settle of attempts) settle();
  }

  function changed(): void {
    follow();
    // We never suspend the context. iOS hands it back suspended after a call, or the app suspended it: resume it.
    if (context.state === "suspended" && state !== "blocked") resume().catch(() => {});
  }

  function resume(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: AudioError) => {
        clearTimeout(timer);
        attempts.delete(settle);
        if (error === undefined) resolve();
        else reject(error);
      };
      const settle = () => {
        if (state === "closed") done(aborted("Starting the sound"));
        else if (context.state === "running") done();
      };
      const block = (cause?: unknown) => {
        if (!attempts.has(settle)) return;
        enter(context.state === "interrupted" ? "interrupted" : "blocked");
        done(blocked(cause));
      };
      // While the browser waits for a gesture, resume() stays pending: only a timeout tells.
      const timer = setTimeout(block, resumeMilliseconds);
      attempts.add(settle);
      if (state === "closed" || context.state === "closed") follow();
      else play().then(follow, block);
    });
  }

  context.addEventListener("statechange", changed);
  return {
    get state() {
      return state;
    },
    onStateChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume,
    close() {
      enter("closed");
      follow();
    },
  };
}

/** Resolves when the context is closed, or at once where it is. */
export function whenClosed(context: BaseAudioContext): Promise<void> {
  return new Promise((resolve) => {
    const check = () => context.state === "closed" && resolve();
    context.addEventListener("statechange", check);
    check();
  });
}

function blocked(cause: unknown): AudioError {
  return new AudioError(
    "audio-blocked",
    "The browser holds the sound back until the user does something. Start it in the handler of a click or a key.",
    cause,
  );
}
