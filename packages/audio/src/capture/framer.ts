import { designVoice } from "../dsp/filter";
import { createLevelMeter } from "../dsp/level";
import { floatToPcm16 } from "../dsp/pcm";
import { createPolyphaseResampler, type Resampler } from "../dsp/polyphase-resampler";
import { createZeroRun } from "../dsp/zero-run";

/** Rate of the samples for voice detection, in Hz. */
const detectionRate = 16000;

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

/** One frame. The object and its arrays belong to the framer until its arrays are given away by `take`. */
export interface CapturedFrame {
  /** Arrays from the pool; only the first `length` (`detectionLength`) samples count. */
  buffers: FrameBuffers;
  length: number;
  detectionLength: number;
  /** Capture time of the first sample in seconds, group delay taken off. */
  time: number;
  /** RMS of the last 20 ms, 0..1. */
  level: number;
  /** How long the input has been exactly zero by now, in seconds. */
  silence: number;
}

export interface FrameBuffers {
  pcm: Int16Array<ArrayBuffer>;
  detection: Float32Array<ArrayBuffer> | null;
}

/** Mixes, resamples, meters and packs what a microphone delivers. */
export interface Framer {
  /** Takes one block of channels whose first sample is number `frame` on the clock of the input. */
  push(channels: readonly Float32Array[], frame: number): void;
  /** Delivers what is captured by now as soon as it has passed the filter, as a shorter frame. */
  flush(): void;
  /** Gives arrays of a frame back for reuse. */
  release(buffers: FrameBuffers): void;
}

const levelSeconds = 0.02;
const pooledSeconds = 1;
const blockLength = 128;

/** Makes the pure half of the recorder. */
export function createFramer(options: FramerOptions): Framer {
  const { inputRate, outputRate, frameLength, detection, onFrame, onFlushed } = options;
  const resampler = createPolyphaseResampler(inputRate, outputRate, designVoice);
  // Of an odd rate there are a few samples too few or too many: their times tell the truth nevertheless.
  const secondsPerSample = (1 + resampler.pitchError * 1e-6) / outputRate;
  const voice = createAccumulator(resampler, frameLength);
  const mostDetection = Math.ceil((frameLength * detectionRate) / outputRate) + 1;
  const ears = detection
    ? createAccumulator(createPolyphaseResampler(inputRate, detectionRate, designVoice), mostDetection)
    : null;
  const meter = createLevelMeter(Math.round(inputRate * levelSeconds));
  const zeros = createZeroRun();
  const filterDelay = Math.ceil(voice.delay * inputRate);

  const pool: FrameBuffers[] = [];
  for (let count = Math.ceil((pooledSeconds * outputRate) / frameLength); count > 0; count--) pool.push(allocate());
  const frame: CapturedFrame = { buffers: allocate(), length: 0, detectionLength: 0, time: 0, level: 0, silence: 0 };

  let mono = new Float32Array(blockLength);
  let captured = 0;
  let delivered = 0;
  let detected = 0;
  let flushAt = Number.POSITIVE_INFINITY;

  function allocate(): FrameBuffers {
    return {
      pcm: new Int16Array(frameLength),
      detection: detection ? new Float32Array(mostDetection) : null,
    };
  }

  /** How much of the detection stream belongs to the next `length` samples: counted from the start, so that no rounding adds up. */
  function detectionFor(length: number): number {
    return ears === null ? 0 : Math.round(((delivered + length) * detectionRate) / outputRate) - detected;
  }

  function deliver(length: number, origin: number): void {
    const heard = detectionFor(length);
    // The pool is a second deep. A main thread that stalls for longer costs an allocation a frame: better than lost speech.
    const buffers = pool.pop() ?? allocate();
    floatToPcm16(voice.samples, buffers.pcm, length);
    if (buffers.detection !== null) copy(ears?.samples ?? mono, buffers.detection, heard);
    frame.buffers = buffers;
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
      // Where the stream began on the clock; should the clock ever jump, times follow it.
      const origin = frameNumber - captured;
      captured += length;
      meter.push(mono);
      zeros.push(mono);
      voice.push(mono);
      ears?.push(mono);
      while (voice.length >= frameLength && (ears?.length ?? 0) >= detectionFor(frameLength))
        deliver(frameLength, origin);
      if (captured >= flushAt) {
        flushAt = Number.POSITIVE_INFINITY;
        // Both streams are cut at the same moment, or they would drift apart from flush to flush.
        const ready =
          ears === null
            ? voice.length
            : Math.floor(((detected + ears.length) * outputRate) / detectionRate) - delivered;
        const rest = Math.min(voice.length, ready, frameLength);
        if (rest > 0) deliver(rest, origin);
        onFlushed();
      }
    },
    flush() {
      flushAt = captured + filterDelay;
    },
    release(buffers) {
      pool.push(buffers);
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

function createAccumulator(resampler: Resampler, frameLength: number): Accumulator {
  let block = new Float32Array(resampler.outputLength(blockLength) + 1);
  let samples = new Float32Array(frameLength + 2 * block.length);
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
      const count = resampler.outputLength(input.length);
      // Only where the browser's blocks are longer than usual, and only once.
      if (count > block.length) {
        block = new Float32Array(count + 1);
        const larger = new Float32Array(frameLength + 2 * block.length);
        larger.set(samples.subarray(0, length));
        samples = larger;
      }
      resampler.process(input, block);
      for (let index = 0; index < count; index++) samples[length + index] = block[index] as number;
      length += count;
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
