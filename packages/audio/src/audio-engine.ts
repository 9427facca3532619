import { AudioError, aborted } from "./errors";
import { loadWorklet } from "./load-worklet";

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
  readonly context: AudioContext;
  /**
   * Resumes the context and loads the worklet, once. Rejects with an `AudioError`: `audio-blocked` where the browser
   * wants a click first, `worklet-load`, `aborted` after `close()`. May be called again after a failure.
   */
  ready(): Promise<void>;
  /** What players connect to. */
  readonly output: AudioNode;
  /** Seconds from rendered to heard, as far as the browser tells; 0 in WebKit. */
  readonly outputLatency: number;
  /** Where sound comes out; `null`: the system's choice. Rejects with `output-unsupported` or `device-not-found`. */
  setOutputDevice(deviceId: string | null): Promise<void>;
  /** Keeps the context open for what still fades out, 100 ms at most: `close()` waits for it. */
  holdOpen(fading: Promise<void>): void;
  /** Closes the context. Resolves when it is closed. */
  close(): Promise<void>;
}

/** How long `close()` waits for what fades, in ms: a context that stands still renders no fade. */
const fadeMilliseconds = 100;

/** How long a context may take to run before it counts as blocked: a Bluetooth device needs up to a second. */
const resumeMilliseconds = 2000;

/** Makes an engine. Call it in a click handler, or hand over a context made in one. Throws `output-unsupported` where there is no AudioContext. */
export function createAudioEngine(options: AudioEngineOptions = {}): AudioEngine {
  const { workletUrl, contextFactory = createContext } = options;
  const context = options.context ?? contextFactory();
  const fades = new Set<Promise<void>>();
  return {
    context,
    async ready() {
      // Both at once; and resume() within the call, while the user's gesture still counts.
      await Promise.all([run(context), loadWorklet(context, workletUrl)]);
    },
    output: context.destination,
    get outputLatency() {
      return context.outputLatency || 0;
    },
    setOutputDevice: (deviceId) => setSink(context, deviceId),
    holdOpen(fading) {
      fades.add(fading);
      fading.finally(() => fades.delete(fading));
    },
    async close() {
      if (context.state === "running" && fades.size > 0) await within(fadeMilliseconds, Promise.all(fades));
      if (context.state !== "closed") await context.close();
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

// TypeScript's DOM library lacks it (Web Audio API 1.1, section 1.2).
interface SinkContext {
  setSinkId?(sinkId: string): Promise<void>;
}

async function setSink(context: AudioContext & SinkContext, deviceId: string | null): Promise<void> {
  if (context.setSinkId === undefined) {
    throw new AudioError("output-unsupported", "This browser plays where the system says. Choose the device there.");
  }
  try {
    await context.setSinkId(deviceId ?? "");
  } catch (error) {
    throw new AudioError("device-not-found", `There is no output device ${deviceId}. List the devices again.`, error);
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

function run(context: AudioContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: AudioError) => {
      clearTimeout(timer);
      context.removeEventListener("statechange", check);
      if (error === undefined) resolve();
      else reject(error);
    };
    const check = () => {
      if (context.state === "running") settle();
      else if (context.state === "closed") settle(aborted("Starting the sound"));
    };
    const block = (cause?: unknown) =>
      settle(
        new AudioError(
          "audio-blocked",
          "The browser holds the sound back until the user does something. Start it in the handler of a click or a key.",
          cause,
        ),
      );
    // A context that waits for a gesture neither resolves nor rejects resume(): nothing but time tells.
    const timer = setTimeout(block, resumeMilliseconds);
    context.addEventListener("statechange", check);
    check();
    if (context.state !== "running" && context.state !== "closed") context.resume().then(check, block);
  });
}
