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

/** One frame. It is the framer's, arrays included, and is overwritten by the next one: copy what is kept. */
export interface CapturedFrame {
  readonly type: "frame";
  /** PCM16; only the first `length` samples count. */
  pcm: Int16Array<ArrayBuffer>;
  /** Floats at 16 kHz, where they are wanted; only the first `detectionLength` count. */
  detection: Float32Array<ArrayBuffer> | null;
  length: number;
  detectionLength: number;
  /** Capture time of the first sample in seconds, group delay (of low frequencies) taken off. */
  time: number;
  /** RMS of the last 20 ms, 0..1. */
  level: number;
  /** How long the input has been exactly zero by now, in seconds. */
  silence: number;
}

/** Mixes, resamples, meters and packs what a microphone delivers. */
export interface Framer {
  /** Takes one block of channels whose first sample is number `frame` on the clock of the input. */
  push(channels: readonly Float32Array[], frame: number): void;
  /** Delivers what is captured by now as soon as it has passed the filter, as a shorter frame. */
  flush(): void;
}

const levelSeconds = 0.02;
const blockLength = 128;

/** Makes the pure half of the recorder. */
export function createFramer(options: FramerOptions): Framer {
  const { inputRate, outputRate, frameLength, detection, onFrame, onFlushed } = options;
  const resampler = createPolyphaseResampler(inputRate, outputRate, designCapture);
  // Of an odd rate there are a few samples too few or too many: their times tell the truth nevertheless.
  const secondsPerSample = (1 + resampler.pitchError * 1e-6) / outputRate;
  const voice = createAccumulator(resampler, frameLength);
  const mostDetection = Math.ceil((frameLength * detectionRate) / outputRate) + 1;
  const ears = detection
    ? createAccumulator(createPolyphaseResampler(inputRate, detectionRate, designCapture), mostDetection)
    : null;
  const meter = createLevelMeter(Math.round(inputRate * levelSeconds));
  const zeros = createZeroRun();
  // The highest frequencies come up to half as much later again as the lowest.
  const longestDelay = Math.ceil(1.5 * voice.delay * inputRate);

  const frame: CapturedFrame = {
    type: "frame",
    pcm: new Int16Array(frameLength),
    detection: detection ? new Float32Array(mostDetection) : null,
    length: 0,
    detectionLength: 0,
    time: 0,
    level: 0,
    silence: 0,
  };

  let mono = new Float32Array(blockLength);
  let captured = 0;
  let delivered = 0;
  let detected = 0;
  let flushAt = Number.POSITIVE_INFINITY;
  let origin = Number.NEGATIVE_INFINITY;

  /** How much of the detection stream belongs to the next `length` samples: counted from the start, so that no rounding adds up. */
  function detectionFor(length: number): number {
    return ears === null ? 0 : Math.round(((delivered + length) * detectionRate) / outputRate) - detected;
  }

  function deliver(length: number): void {
    const heard = detectionFor(length);
    floatToPcm16(voice.samples, frame.pcm, length);
    if (ears !== null && frame.detection !== null) copy(ears.samples, frame.detection, heard);
    frame.length = length;
    frame.detectionLength = heard;
    frame.time = origin / inputRate + delivered * secondsPerSample - voice.delay;
    frame.level = meter.level;
    frame.silence = zeros.length / inputRate;
    voice.drop(length);
    ears?.drop(heard);
    delivered += length;
    detected += heard;
    onFrame(frame);
  }

  return {
    push(channels, frameNumber) {
      const length = channels[0]?.length ?? blockLength;
      if (mono.length !== length) mono = new Float32Array(length);
      mix(channels, mono);
      // Where the stream began on the clock. Should the clock jump ahead, times follow it; in Chromium it stands still for
      // a block where the main thread holds the lock of the audio graph.
      origin = Math.max(origin, frameNumber - captured);
      captured += length;
      meter.push(mono);
      zeros.push(mono);
      voice.push(mono);
      ears?.push(mono);
      while (voice.length >= frameLength && (ears?.length ?? 0) >= detectionFor(frameLength)) deliver(frameLength);
      if (captured >= flushAt) {
        flushAt = Number.POSITIVE_INFINITY;
        // Both streams are cut at the same moment, or they would drift apart from flush to flush.
        const ready =
          ears === null
            ? voice.length
            : Math.floor(((detected + ears.length) * outputRate) / detectionRate) - delivered;
        const rest = Math.min(voice.length, ready, frameLength);
        if (rest > 0) deliver(rest);
        onFlushed();
      }
    },
    flush() {
      flushAt = captured + longestDelay;
    },
  };
}

/** Resampled samples that wait to be a frame. */
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
      // Only where the browser's blocks are longer than usual, and only once.
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
