import type { PolyphaseFilter } from "../dsp/filter.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler.js";
import type { Pcm16 } from "../typed-arrays.js";

export interface InterleaverOptions {
  /** Rate of what is pushed, in Hz. */
  inputRate: number;
  /** Rate of the blocks, in Hz. */
  outputRate: number;
  /** From one rate to the other. It is designed on the main thread: here that would hold up the sound. */
  filter: PolyphaseFilter;
  /** Frames a block: a sample of the left and one of the right. */
  blockLength: number;
  /** A block is full, or the last one: `frames` of it count. The receiver owns it until it is given back. */
  onBlock(pcm: Pcm16, frames: number): void;
}

/** Two channels at one rate, as blocks of stereo PCM16 at another. */
export interface Interleaver {
  /** What both channels sound like for one quantum of `length` samples; without any, a channel is silent. */
  push(left: Float32Array | undefined, right: Float32Array | undefined, length: number): void;
  /** Nothing more comes: delivers what the filter and the block still hold. */
  end(): void;
  /** Gives a block back, to be filled again. */
  recycle(pcm: Pcm16): void;
}

/** Samples of a quantum, unless the app has asked for another length (`renderSizeHint`). */
const quantum = 128;

/** Allocates nothing while it is pushed to, unless the blocks come back late, or a quantum is longer than those before it. */
export function createInterleaver(options: InterleaverOptions): Interleaver {
  const { inputRate, outputRate, filter, blockLength, onBlock } = options;
  const createChannel = () => ({
    resampler: createPolyphaseResampler(inputRate, outputRate, () => filter),
    pcm: new Int16Array(),
  });
  const left = createChannel();
  const right = createChannel();
  const { delay } = left.resampler;
  let silence = new Float32Array();
  let floats = silence;
  const newBlock = () => new Int16Array(2 * blockLength);
  const spare = [newBlock()];
  let block = newBlock();
  let filled = 0;
  // The filter's delay is taken off, so that the first frame stands for the first sample.
  let early = Math.round(delay * outputRate);

  function fit(length: number): void {
    if (length <= silence.length) return;
    silence = new Float32Array(length);
    const most = Math.ceil((length * outputRate) / inputRate) + 1;
    floats = new Float32Array(most);
    for (const channel of [left, right]) channel.pcm = new Int16Array(most);
  }

  function convert({ resampler, pcm }: typeof left, input: Float32Array, length: number): number {
    const count = resampler.process(input, floats, length);
    floatToPcm16(floats, pcm, count);
    return count;
  }

  function append(ofLeft: Float32Array, ofRight: Float32Array, length: number): void {
    const count = convert(left, ofLeft, length);
    convert(right, ofRight, length);
    const from = Math.min(early, count);
    early -= from;
    for (let index = from; index < count; index++) {
      block[2 * filled] = left.pcm[index] as number;
      block[2 * filled + 1] = right.pcm[index] as number;
      if (++filled === blockLength) deliver();
    }
  }

  function deliver(): void {
    const full = block;
    const frames = filled;
    block = spare.pop() ?? newBlock();
    filled = 0;
    onBlock(full, frames);
  }

  fit(quantum);
  return {
    push(ofLeft, ofRight, length) {
      fit(length);
      append(ofLeft ?? silence, ofRight ?? silence, length);
    },
    end() {
      // Half a filter is a whole number of samples; the subtraction keeps it from being rounded up to one more.
      for (let missing = Math.ceil(delay * inputRate - 1e-6); missing > 0; missing -= quantum)
        append(silence, silence, Math.min(quantum, missing));
      if (filled > 0) deliver();
    },
    recycle: (pcm) => spare.push(pcm),
  };
}
