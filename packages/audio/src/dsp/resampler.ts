import { designStrict, designVoice, type FilterDesign } from "./filter";
import { designLowLatency } from "./minimum-phase";
import { createPolyphaseResampler, type Resampler } from "./polyphase-resampler";

/**
 * Named filters, all flat to 0.9 of the lower Nyquist frequency. `voice`: 110 dB from 1.1 of it on; 4.5 ms of delay at
 * 8 kHz. `strict`: 115 dB from the Nyquist frequency on, so that nothing folds; 9.1 ms. `low-latency`: as `voice` in
 * minimum phase; 0.4 ms at low frequencies, 0.9 ms at 3.4 kHz. At other rates the delays shrink as the lower rate grows.
 */
export type ResamplerQuality = "voice" | "strict" | "low-latency";

export interface ResamplerOptions {
  /** Input rate in Hz; fractions are allowed. */
  from: number;
  /** Output rate in Hz; fractions are allowed. */
  to: number;
  /** Default `voice`. */
  quality?: ResamplerQuality;
}

const designs: Record<ResamplerQuality, FilterDesign> = {
  voice: designVoice,
  strict: designStrict,
  "low-latency": designLowLatency,
};

/**
 * Makes a resampler with one of the named filters. Equal rates pass through without delay. Throws `RangeError` where a
 * rate or a quality is none, or a rate more than 256 times the other.
 */
export function createResampler({ from, to, quality = "voice" }: ResamplerOptions): Resampler {
  const design = designs[quality];
  if (design === undefined) {
    throw new RangeError(`quality must be ${Object.keys(designs).join(", ")}; it is ${quality}.`);
  }
  return createPolyphaseResampler(from, to, design);
}
