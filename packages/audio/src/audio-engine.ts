import { type EngineState, watchContext, whenClosed } from "./context-state.js";
import { AudioError } from "./errors.js";
import { loadWorklet } from "./load-worklet.js";
import { createOutput } from "./output.js";

export interface AudioEngineOptions {
  /**
   * A context made by the app, best inside the click that starts the conversation. The engine owns it: `close()` closes it.
   * Default: a new one at the device's rate.
   */
  context?: AudioContext | undefined;
  /** Where the app hosts `@layercode/audio/worklet.js`, for pages with a strict Content-Security-Policy. */
  workletUrl?: string | URL | undefined;
  /** Makes the context where `context` is not given. Default `new AudioContext()`. */
  contextFactory?: (() => AudioContext) | undefined;
}

/** The one AudioContext that a microphone and a speaker share: one clock, one device rate. */
export interface AudioEngine {
  /** The engine keeps it running: it resumes the context, whoever suspended it. */
  readonly context: AudioContext;
  /**
   * Whether sound flows, and what holds it back. It is `blocked` 2 s after the first attempt to start at the earliest:
   * a slow device looks the same until then.
   */
  readonly state: EngineState;
  /** Calls back when `state` changes. Returns the undo. */
  onStateChange(listener: (state: EngineState) => void): () => void;
  /**
   * Loads the worklet into a context (default: the engine's), once, and tries to resume the engine without waiting for
   * it. Nodes that are made while the engine is blocked run as soon as it does. Rejects `worklet-load`, or `aborted`
   * after `close()`. After a failure, call it again to retry.
   */
  load(into?: BaseAudioContext): Promise<void>;
  /**
   * Loads the worklet and resolves when the context runs. Rejects with an `AudioError`: `audio-blocked` where the
   * browser waits for a user's gesture (the next one in the page starts the sound, and `onStateChange` reports it),
   * `worklet-load`, `aborted` after `close()`.
   */
  ready(): Promise<void>;
  /**
   * Resumes the context: for the app's own button. Rejects `audio-blocked` outside of a gesture, `aborted` after
   * `close()`.
   */
  resume(): Promise<void>;
  /** What players connect to: the context's destination, on iOS a stream that an audio element plays. */
  readonly output: AudioNode;
  /** Seconds from rendered to heard, as reported by the browser; 0 in WebKit, which does not report it. */
  readonly outputLatency: number;
  /**
   * Where sound comes out; `null`: the system's choice. Rejects `output-unsupported`, `device-not-found`,
   * `permission-denied`. Chromium's echo cancellation hears only the system's choice.
   */
  setOutputDevice(deviceId: string | null): Promise<void>;
  /** Makes `close()` wait for a fade-out, 100 ms at most, before it closes the context. */
  holdOpen(fading: Promise<void>): void;
  /** Calls back when `close()` begins, which waits for what that returns as for a fade-out. Returns the undo. */
  onClose(listener: () => Promise<unknown>): () => void;
  /** Stops the microphones, closes the context, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** The longest that `close()` waits for fade-outs, in ms: a context that is suspended meanwhile never completes one. */
const fadeMilliseconds = 100;

/**
 * Makes an engine. Call it in a click handler, or hand over a context made in one. Throws `output-unsupported` where
 * there is no AudioContext.
 */
export function createAudioEngine(options: AudioEngineOptions = {}): AudioEngine {
  const { workletUrl, contextFactory = createContext } = options;
  const context = options.context ?? contextFactory();
  const output = createOutput(context);
  const life = watchContext(context, () => Promise.all([context.resume(), output.play()]));
  const fades = new Set<Promise<unknown>>();
  const closers = new Set<() => Promise<unknown>>();
  let closing: Promise<void> | null = null;

  function load(into: BaseAudioContext = context): Promise<void> {
    // Called before the first await, because a user's gesture counts only within the call. A failure shows in `state`.
    life.resume().catch(() => {});
    return loadWorklet(into, workletUrl);
  }

  async function shut(): Promise<void> {
    for (const listener of closers) fades.add(listener());
    await faded();
    // What still captures and plays ends while the context runs: Chromium keeps a context for ever, closed as it is, in
    // which a processor has not ended by itself.
    life.close();
    await faded();
    await closeContext(context);
    output.close();
  }

  async function faded(): Promise<void> {
    const fading = Promise.all(fades);
    fades.clear();
    if (context.state === "running") await within(fadeMilliseconds, fading);
  }

  return {
    context,
    get state() {
      return life.state;
    },
    onStateChange: life.onStateChange,
    load,
    async ready() {
      await Promise.all([life.resume(), loadWorklet(context, workletUrl)]);
    },
    resume: life.resume,
    output: output.node,
    get outputLatency() {
      // WebKit has no outputLatency, although the DOM types declare it.
      return context.outputLatency ?? 0;
    },
    setOutputDevice: output.setDevice,
    holdOpen(fading) {
      fades.add(fading);
      fading.finally(() => fades.delete(fading));
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

function createContext(): AudioContext {
  if (typeof globalThis.AudioContext !== "function") {
    throw new AudioError("output-unsupported", "There is no AudioContext here. Use a current browser.");
  }
  // No sampleRate: at another rate than the device's, the browser resamples (worse sound, more latency), and Firefox
  // cancels no echo.
  return new AudioContext();
}

async function closeContext(context: AudioContext): Promise<void> {
  try {
    await context.close();
  } catch {
    // The context is closed already, or the app is closing it. Firefox sets `state` only at the end of that: wait for
    // it.
    await whenClosed(context);
  }
}

function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
