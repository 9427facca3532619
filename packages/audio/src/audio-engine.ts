import { type EngineState, watchContext } from "./context-state.js";
import { AudioError } from "./errors.js";
import { loadWorklet } from "./load-worklet.js";
import { createOutput } from "./output.js";

export interface AudioEngineOptions {
  /**
   * A context made elsewhere, best inside the click that starts the conversation. The engine owns it from now on.
   * Default: a new one at the device's rate.
   */
  context?: AudioContext;
  /** Where the app hosts `@layercode/audio/worklet.js`, for pages with a strict Content-Security-Policy. */
  workletUrl?: string | URL;
  /** Makes the context where none is given. Default `new AudioContext({ latencyHint: "interactive" })`. */
  contextFactory?: () => AudioContext;
}

/** The one AudioContext that a microphone and a speaker share: one clock, one device rate. */
export interface AudioEngine {
  /** Kept running: the engine resumes it whoever suspended it. */
  readonly context: AudioContext;
  /** Whether sound flows, and what holds it back. `blocked` is said only once it is known, 2 s after the first try. */
  readonly state: EngineState;
  /** Calls back when `state` changes. Returns the undo. */
  onStateChange(listener: (state: EngineState) => void): () => void;
  /**
   * Loads the worklet into a context, once, and has the engine run as soon as it may. Default: the engine's context.
   * What is made on a blocked engine starts with it. Rejects `worklet-load`, or `aborted` after `close()`. May be called
   * again after a failure.
   */
  load(into?: BaseAudioContext): Promise<void>;
  /**
   * Loads the worklet and resolves when the context runs. Rejects with an `AudioError`: `audio-blocked` where the
   * browser wants a gesture first (the next one in the page starts the sound, and `onStateChange` tells),
   * `worklet-load`, `aborted` after `close()`.
   */
  ready(): Promise<void>;
  /** Resumes the context: for the app's own button. Rejects `audio-blocked` outside of a gesture, `aborted` after `close()`. */
  resume(): Promise<void>;
  /** What players connect to: the context's destination, on iOS a stream that an audio element plays. */
  readonly output: AudioNode;
  /** Seconds from rendered to heard, as far as the browser tells: 0 in WebKit. */
  readonly outputLatency: number;
  /**
   * Where sound comes out; `null`: the system's choice. Rejects `output-unsupported`, `device-not-found`,
   * `permission-denied`. Chromium's echo cancellation hears only the system's choice.
   */
  setOutputDevice(deviceId: string | null): Promise<void>;
  /** Keeps the context open for what still fades out, 100 ms at most: `close()` waits for it. */
  holdOpen(fading: Promise<void>): void;
  /** Stops the microphones, closes the context, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** How long `close()` waits for what fades, in ms: a context that stands still renders no fade. */
const fadeMilliseconds = 100;

/** Makes an engine. Call it in a click handler, or hand over a context made in one. Throws `output-unsupported` where there is no AudioContext. */
export function createAudioEngine(options: AudioEngineOptions = {}): AudioEngine {
  const { workletUrl, contextFactory = createContext } = options;
  const context = options.context ?? contextFactory();
  const output = createOutput(context);
  const life = watchContext(context, () => Promise.all([context.resume(), output.play()]));
  const fades = new Set<Promise<void>>();
  let closing: Promise<void> | null = null;

  function load(into: BaseAudioContext = context): Promise<void> {
    // Within the call, while the user's gesture still counts. Whether it succeeds, `state` tells.
    life.resume().catch(() => {});
    return loadWorklet(into, workletUrl);
  }

  async function shut(): Promise<void> {
    if (context.state === "running" && fades.size > 0) await within(fadeMilliseconds, Promise.all(fades));
    await closeContext(context);
    output.close();
    life.close();
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
      // Not in every browser, whatever the types say.
      return context.outputLatency ?? 0;
    },
    setOutputDevice: output.setDevice,
    holdOpen(fading) {
      fades.add(fading);
      fading.finally(() => fades.delete(fading));
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
  // No sample rate: a context off the device's rate costs fidelity and latency, and Firefox's echo cancellation.
  return new AudioContext({ latencyHint: "interactive" });
}

async function closeContext(context: AudioContext): Promise<void> {
  try {
    await context.close();
  } catch {
    // It is closed, or another is closing it: in Firefox its state says so only when that is done.
    await new Promise<void>((resolve) => {
      const done = () => {
        if (context.state !== "closed") return;
        context.removeEventListener("statechange", done);
        resolve();
      };
      context.addEventListener("statechange", done);
      done();
    });
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
