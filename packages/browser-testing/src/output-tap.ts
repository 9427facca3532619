import { outputTapScript, type TapReading } from "./page/output-tap.js";
import { tapWorklet } from "./page/tap-worklet.js";
import { installScript, probe, type ScriptedPage } from "./page.js";

/** What reached the destination of an AudioContext. */
export interface TapRecording {
  /** Mono (both channels' mean), from `startFrame` on. */
  samples: Float32Array;
  sampleRate: number;
  /** `currentFrame` of the context at the first sample. What sounded before was not recorded. */
  startFrame: number;
  /** Stretches that the browser rendered without the tap; they are zeros in `samples`. None, unless something is wrong. */
  holes: number;
  /** Seconds from rendered to heard, as the browser reports it now; 0 where it does not. */
  outputLatency: number;
  /** When each 128 samples were rendered: whole ms since the epoch. NaN in a hole. */
  renderedAt: Float64Array;
  /** How many contexts of the page have a tap. */
  contexts: number;
}

/** The tap's worklet: for a page whose CSP refuses `blob:`, serve this from its own origin and pass `workletUrl`. */
export const outputTapWorklet = `(${tapWorklet})();`;

/**
 * Records, from the next navigation on, everything that reaches the destination of any AudioContext of the page,
 * sample by sample. It stands beside the page's own graph, in a worklet, and changes nothing in it. The worklet is a
 * blob, unless `workletUrl` says where the page's server has `outputTapWorklet`. Loading takes some milliseconds:
 * `tapReady()` tells when recording began, and `startFrame` from where on it is whole.
 */
export async function installOutputTap(page: ScriptedPage, options: { workletUrl?: string } = {}): Promise<void> {
  await installScript(page, outputTapScript, { worklet: outputTapWorklet, url: options.workletUrl ?? null });
}

/** Resolves when a context of the page has a tap that records. Rejects when the worklet could not be loaded. */
export async function tapReady(page: ScriptedPage): Promise<void> {
  await probe(page, "tap.ready");
}

/**
 * What was recorded so far, of the context that has its tap as the `context`-th (default: the last one). Throws when
 * nothing has been connected to a destination yet.
 */
export async function readTap(page: ScriptedPage, options: { context?: number } = {}): Promise<TapRecording> {
  const reading = await probe<TapReading>(page, "tap.read", options.context ?? -1);
  const samples = new Float32Array(bytesOf(reading.base64));
  const renderedAt = new Float64Array(bytesOf(reading.renderedAt));
  const { sampleRate, startFrame, holes, outputLatency, contexts } = reading;
  return { samples, sampleRate, startFrame, holes, outputLatency, renderedAt, contexts };
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}

/** A stretch of sound, in samples: `start` is its first loud one, `end` the first after its last. */
export interface AudibleSpan {
  start: number;
  end: number;
}

/**
 * Where there was sound: stretches whose samples exceed `threshold` (a magnitude, default 0.001) with no quiet
 * of more than `gapMs` (default 50 ms) between two of them.
 */
export function audibleSpans(
  samples: ArrayLike<number>,
  sampleRate: number,
  threshold = 0.001,
  gapMs = 50,
): AudibleSpan[] {
  const gap = (sampleRate * gapMs) / 1000;
  const spans: AudibleSpan[] = [];
  let current: AudibleSpan | undefined;
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i] as number) <= threshold) continue;
    if (current && i - current.end <= gap) {
      current.end = i + 1;
    } else {
      current = { start: i, end: i + 1 };
      spans.push(current);
    }
  }
  return spans;
}
