import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noise, sine } from "../../test/signals.js";
import { designVoice } from "../dsp/filter.js";
import { pcm16ToFloat } from "../dsp/pcm.js";
import { approximateRatio } from "../dsp/ratio.js";
import { createInterleaver } from "./interleaver.js";
import { recordingRates } from "./options.js";

const deviceRates = [16_000, 44_100, 48_000, 96_000];
const filters = new Map<string, ReturnType<typeof designVoice>>();

function filterOf(inputRate: number, outputRate: number) {
  const key = `${inputRate} ${outputRate}`;
  const filter = filters.get(key) ?? designVoice(approximateRatio(inputRate, outputRate));
  filters.set(key, filter);
  return filter;
}

/** Both channels of what comes out, and the length of each block. `null`: a quantum without a source. */
function interleave(
  inputRate: number,
  outputRate: number,
  quanta: readonly [left: Float32Array | null, right: Float32Array | null][],
  blockLength = 1000,
  quantum = 128,
) {
  const left: number[] = [];
  const right: number[] = [];
  const blocks: number[] = [];
  const memory = new Set<ArrayBufferLike>();
  const filter = filterOf(inputRate, outputRate);
  const interleaver = createInterleaver({
    ...{ inputRate, outputRate, filter, blockLength },
    onBlock(pcm, frames) {
      blocks.push(frames);
      memory.add(pcm.buffer);
      for (let index = 0; index < frames; index++) {
        left.push(pcm[2 * index]!);
        right.push(pcm[2 * index + 1]!);
      }
      interleaver.recycle(pcm);
    },
  });
  for (const [ofLeft, ofRight] of quanta) interleaver.push(ofLeft ?? undefined, ofRight ?? undefined, quantum);
  interleaver.end();
  const floats = (channel: number[]) => {
    const output = new Float32Array(channel.length);
    pcm16ToFloat(Int16Array.from(channel), output);
    return output;
  };
  return { left: floats(left), right: floats(right), blocks, memory };
}

const quantaOf = (left: Float32Array, right: Float32Array, quantum = 128) =>
  Array.from({ length: left.length / quantum }, (_, index): [Float32Array, Float32Array] => [
    left.subarray(quantum * index, quantum * (index + 1)),
    right.subarray(quantum * index, quantum * (index + 1)),
  ]);

test("however long and however silent: as long as what went in, both channels alike, in whole blocks but the last", () => {
  const channel = fc.constantFrom<[boolean, boolean]>([true, true], [true, false], [false, true], [false, false]);
  fc.assert(
    fc.property(
      fc.array(channel, { maxLength: 60 }),
      fc.constantFrom(...deviceRates),
      fc.constantFrom(...recordingRates),
      fc.integer({ min: 1, max: 700 }),
      (sounding, inputRate, outputRate, blockLength) => {
        const loud = noise(128).map((sample) => sample * 0.9);
        const quanta = sounding.map(([left, right]): [Float32Array | null, Float32Array | null] => [
          left ? loud : null,
          right ? loud : null,
        ]);
        const { left, right, blocks } = interleave(inputRate, outputRate, quanta, blockLength);
        const expected = (sounding.length * 128 * outputRate) / inputRate;
        expect(Math.abs(left.length - expected)).toBeLessThan(1.5);
        expect(right.length).toBe(left.length);
        expect(blocks.slice(0, -1).every((length) => length === blockLength)).toBe(true);
        expect(blocks.at(-1) ?? 0).toBeLessThanOrEqual(blockLength);
        // The same goes into both: the same comes out, to the bit.
        const isAlike = sounding.every(([one, other]) => one === other);
        if (isAlike) expect(left).toEqual(right);
        if (!sounding.some(([one]) => one)) expect(left.every((sample) => sample === 0)).toBe(true);
      },
    ),
  );
});

describe.each(deviceRates)("from %i Hz", (inputRate) => {
  test.each(recordingRates)("to %i Hz: each sound is in its channel, at its time", (outputRate) => {
    const length = 128 * Math.round(inputRate / 1280);
    const frequencies = [440, 1000] as const;
    const [first, second] = frequencies.map((frequency) => sine(frequency, inputRate, length, 0.5));
    const { left, right } = interleave(inputRate, outputRate, quantaOf(first!, second!));
    for (const [index, output] of [left, right].entries()) {
      const expected = sine(frequencies[index]!, outputRate, output.length, 0.5);
      // Away from the ends, where the filter sees the beginning and the end of the sound.
      for (let at = 200; at < output.length - 200; at++)
        expect(Math.abs(output[at]! - expected[at]!)).toBeLessThan(
          0.5 * 2 * Math.PI * frequencies[index]! * (0.51 / outputRate) + 1e-4,
        );
    }
  });
});

test.each([16, 64, 256, 4096])("a context whose quanta are of %i samples makes the same recording", (quantum) => {
  const [left, right] = [noise(8192), sine(440, 48_000, 8192, 0.5)] as const;
  const expected = interleave(48_000, 16_000, quantaOf(left, right));
  const actual = interleave(48_000, 16_000, quantaOf(left, right, quantum), 1000, quantum);
  expect(actual).toEqual({ ...expected, memory: expect.anything() });
});

test("what is louder than a file can hold is clipped, and what is no number is silent", () => {
  const loud = new Float32Array(128).fill(3);
  const broken = new Float32Array(128).fill(NaN);
  const { left, right } = interleave(48_000, 48_000, [[loud, broken]]);
  expect(left.every((sample) => sample === 1)).toBe(true);
  expect(right.every((sample) => sample === 0)).toBe(true);
});

test("blocks that come back are filled again: a minute needs two", () => {
  const quiet = new Float32Array(128);
  const { blocks, memory } = interleave(48_000, 16_000, Array(22_500).fill([quiet, null]));
  expect(blocks.reduce((sum, length) => sum + length)).toBe(960_000);
  expect(memory.size).toBe(2);
});
