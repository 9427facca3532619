import { createLevelMeter } from "../dsp/level.js";
import { designCapture } from "../dsp/minimum-phase.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { createPolyphaseResampler, type PolyphaseResampler } from "../dsp/polyphase-resampler.js";
import { createZeroRun } from "../dsp/zero-run.js";

/** Rate of the samples for voice detection, in Hz. */
export const detectionRate = 16000;

export interface FramerOptions {
  /** Rate of what comes in, in Hz. */
  inputRate: number;
  /** Rate of the PCM16 that goes out, in Hz. */
  outputRate: number;
  /** PCM16 samples a frame. */
  frameLength: number;
  /** Whether frames also carry floats at 16 kHz for voice detection. */
  detection: boolean;
  onFrame(frame: CapturedFrame): void;
  /** Everything captured before `flush()` was called has been delivered. */
  onFlushed(): void;
}

/** One frame. The framer reuses it, arrays included, for the next one: copy what you keep. */
export interface CapturedFrame {
  readonly type: "frame";
  /** PCM16; only the first `length` samples count. */
  pcm: Int16Array<ArrayBuffer>;
  /** Floats at 16 kHz, where they are wanted; only the first `detectionLength` count. */
  detection: Float32Array<ArrayBuffer> | null;
  length: number;
  detectionLength: number;
  /** Capture time of the first sample in seconds: the group delay of low frequencies is subtracted. */
  time: number;
  /** RMS of the last 20 ms, 0..1. */
  level: number;
  /** How long the input has been exactly zero by now, in seconds. */
  silence: number;
  /** When speech was heard last, in seconds on the clock of `time`; -Infinity where nothing listens, and before that. */
  spokenUntil: number;
}

/** Mixes down, resamples, meters and packs the blocks of a microphone into frames. */
export interface Framer {
  /** Takes one block of channels whose first sample is number `frame` on the clock of the input. */
  push(channels: readonly Float32Array[], frame: number): void;
  /** Delivers the samples captured by now as a shorter frame, as soon as they have passed the resampler. */
  flush(): void;
  /** The newest block, mixed down. Overwritten by the next one. */
  readonly block: Float32Array;
  /** The time at which it ends, in seconds on the clock of the input. */
  readonly time: number;
}

const levelSeconds = 0.02;
const blockLength = 128;

/** Makes the pure half of the recorder. */
export function createFramer(options: FramerOptions): Framer {
  const { inputRate, outputRate, frameLength, detection, onFrame, onFlushed } = options;
  const resampler = createPolyphaseResampler(inputRate, outputRate, designCapture);
  // Where the resampling ratio is approximate, samples are not exactly 1 / outputRate apart: times follow the real
  // distance.
  const secondsPerSample = (1 + resampler.pitchError * 1e-6) / outputRate;
  const forWire = createAccumulator(resampler, frameLength);
  const mostDetection = Math.ceil((frameLength * detectionRate) / outputRate) + 1;
  const forDetection = detection
    ? createAccumulator(createPolyphaseResampler(inputRate, detectionRate, designCapture), mostDetection)
    : null;
  const meter = createLevelMeter(Math.round(inputRate * levelSeconds));
  const zeros = createZeroRun();
  // The group delay of the highest frequencies is up to 1.5 times that of the lowest.
  const longestDelay = Math.ceil(1.5 * forWire.delay * inputRate);

  const frame: CapturedFrame = {
    type: "frame",
    pcm: new Int16Array(frameLength),
    detection: detection ? new Float32Array(mostDetection) : null,
    length: 0,
    detectionLength: 0,
    time: 0,
    level: 0,
    silence: 0,
    spokenUntil: -Infinity,
  };

  let mono = new Float32Array(blockLength);
  let captured = 0;
  let delivered = 0;
  let detected = 0;
  let flushAt = Infinity;
  let origin = -Infinity;

  /**
   * Samples of the detection stream for the next `length` PCM16 samples; counted from the start, so that rounding does
   * not add up.
   */
  function detectionFor(length: number): number {
    return forDetection === null ? 0 : Math.round(((delivered + length) * detectionRate) / outputRate) - detected;
  }

  function deliver(length: number): void {
    const detectionLength = detectionFor(length);
    floatToPcm16(forWire.samples, frame.pcm, length);
    if (forDetection !== null && frame.detection !== null) copy(forDetection.samples, frame.detection, detectionLength);
    frame.length = length;
    frame.detectionLength = detectionLength;
    frame.time = origin / inputRate + delivered * secondsPerSample - forWire.delay;
    frame.level = meter.level;
    frame.silence = zeros.length / inputRate;
    forWire.drop(length);
    forDetection?.drop(detectionLength);
    delivered += length;
    detected += detectionLength;
    onFrame(frame);
  }

  return {
    push(channels, frameNumber) {
      const length = channels[0]?.length ?? mono.length;
      if (mono.length !== length) mono = new Float32Array(length);
      mix(channels, mono);
      // The clock's frame at which the stream began. It grows when the clock jumps ahead, so that times follow, and
      // never shrinks: Chromium's clock stands still for a block while the main thread locks the audio graph, and times
      // would run backwards.
      origin = Math.max(origin, frameNumber - captured);
      captured += length;
      meter.push(mono);
      zeros.push(mono);
      forWire.push(mono);
      forDetection?.push(mono);
      while (forWire.length >= frameLength && (forDetection?.length ?? 0) >= detectionFor(frameLength))
        deliver(frameLength);
      if (captured >= flushAt) {
        flushAt = Infinity;
        // Both streams are cut at the same moment: otherwise each flush would shift one against the other.
        const ready =
          forDetection === null
            ? forWire.length
            : Math.floor(((detected + forDetection.length) * outputRate) / detectionRate) - delivered;
        const rest = Math.min(forWire.length, ready, frameLength);
        if (rest > 0) deliver(rest);
        onFlushed();
      }
    },
    flush() {
      flushAt = captured + longestDelay;
    },
    get block() {
      return mono;
    },
    get time() {
      return (origin + captured) / inputRate;
    },
  };
}

/** Resampled samples that are not yet a whole frame. */
interface Accumulator {
  readonly samples: Float32Array;
  readonly length: number;
  readonly delay: number;
  push(input: Float32Array): void;
  drop(count: number): void;
}

function createAccumulator(resampler: PolyphaseResampler, frameLength: number): Accumulator {
  let samples = new Float32Array(frameLength + 2 * (resampler.outputLength(blockLength) + 1));
  let length = 0;
  return {
    get samples() {
      return samples;
    },
    get length() {
      return length;
    },
    delay: resampler.delay,
    push(input) {
      const needed = length + resampler.outputLength(input.length);
      // Allocates only where the browser's blocks are longer than 128 samples, and only once.
      if (needed > samples.length) {
        const larger = new Float32Array(needed + frameLength);
        larger.set(samples);
        samples = larger;
      }
      length += resampler.process(input, samples, input.length, length);
    },
    drop(count) {
      samples.copyWithin(0, count, length);
      length -= count;
    },
  };
}

function mix(channels: readonly Float32Array[], mono: Float32Array): void {
  mono.fill(0);
  for (let channel = 0; channel < channels.length; channel++) {
    const samples = channels[channel] as Float32Array;
    for (let index = 0; index < mono.length; index++) {
      mono[index] = (mono[index] as number) + (samples[index] as number) / channels.length;
    }
  }
}

function copy(from: Float32Array, to: Float32Array, length: number): void {
  for (let index = 0; index < length; index++) to[index] = from[index] as number;
}
