import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectGarbage } from "../../test/collect-garbage.js";
import { devicePairs, wirePairs } from "../../test/rates.js";
import { referenceResample } from "../../test/reference-resampler.js";
import { noise, resampleAll } from "../../test/signals.js";
import { designVoice, kaiserBeta } from "./filter.js";
import { createPolyphaseResampler } from "./polyphase-resampler.js";
import { approximateRatio } from "./ratio.js";
import { createResampler, type Resampler, type ResamplerQuality } from "./resampler.js";

const resamplers = new Map<string, Resampler>();

/** One resampler for each pair and design, started anew: to design one takes longer than to use it. */
function fresh(from: number, to: number, quality: ResamplerQuality): Resampler {
  const key = `${from} ${to} ${quality}`;
  const resampler = resamplers.get(key) ?? createResampler({ from, to, quality });
  resamplers.set(key, resampler);
  resampler.reset();
  return resampler;
}

const anyPair = fc.oneof(
  fc.constantFrom(...devicePairs),
  fc.tuple(fc.integer({ min: 7000, max: 50000 }), fc.integer({ min: 7000, max: 50000 })),
);
const setting = fc.tuple(anyPair, fc.constantFrom<ResamplerQuality>("voice", "strict", "low-latency"));
const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 3000 })), {
  minLength: 1,
  maxLength: 12,
});
const seed = fc.integer();

function concat(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bits(samples: Float32Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

function expectSameBits(samples: Float32Array, expected: Float32Array): void {
  expect(samples.length).toBe(expected.length);
  expect(Buffer.compare(bits(samples), bits(expected))).toBe(0);
}

/** Converts and flushes. */
function convertAll(resampler: Resampler, input: Float32Array): Float32Array {
  const body = resampleAll(resampler, input);
  const rest = new Float32Array(resampler.flushLength);
  return concat(body, rest.subarray(0, resampler.flush(rest)));
}

describe("a stream", () => {
  test("gives the bits of one block, however it is split", () => {
    fc.assert(
      fc.property(setting, lengths, seed, ([[from, to], quality], split, seed) => {
        const input = noise(
          split.reduce((sum, length) => sum + length, 0),
          seed,
        );
        const resampler = fresh(from, to, quality);
        const whole = resampleAll(resampler, input, [input.length || 1]);
        resampler.reset();
        const parts: Float32Array[] = [];
        let at = 0;
        for (const length of split) {
          const block = input.subarray(at, at + length);
          const output = new Float32Array(resampler.outputLength(length) + 2).fill(9);
          const written = resampler.process(block, output);
          expect([...output.subarray(written)]).toEqual([9, 9]);
          parts.push(output.subarray(0, written));
          at += length;
        }
        expectSameBits(concat(...parts), whole);
      }),
      { numRuns: process.env.LONG ? 100 : 12 },
    );
  });

  test("is as long as it says: at each block, in all, and with what is flushed", () => {
    fc.assert(
      fc.property(setting, lengths, ([[from, to], quality], split) => {
        const resampler = fresh(from, to, quality);
        const { up, down } = approximateRatio(from, to);
        let [fed, made] = [0, 0];
        for (const length of split) {
          const expected = resampler.outputLength(length);
          if (expected > 0) {
            expect(() => resampler.process(noise(length), new Float32Array(expected - 1))).toThrow(RangeError);
          }
          expect(resampler.process(noise(length), new Float32Array(expected))).toBe(expected);
          fed += length;
          made += expected;
          expect(made).toBe(Math.ceil((fed * up) / down));
        }
        const rest = resampler.flush(new Float32Array(resampler.flushLength));
        expect(made + rest).toBe(Math.ceil(((fed + Math.ceil(resampler.delay * from - 1e-6)) * up) / down));
        expect(resampler.outputLength(1)).toBe(fresh(from, to, quality).outputLength(1));
      }),
      { numRuns: process.env.LONG ? 100 : 12 },
    );
  });

  test("is linear", () => {
    fc.assert(
      fc.property(
        setting,
        seed,
        seed,
        fc.double({ min: -4, max: 4, noNaN: true }),
        ([[from, to], quality], one, other, gain) => {
          const [a, b] = [noise(600, one), noise(600, other)];
          const both = convertAll(
            fresh(from, to, quality),
            a.map((sample, index) => gain * sample + b[index]!),
          );
          const [left, right] = [convertAll(fresh(from, to, quality), a), convertAll(fresh(from, to, quality), b)];
          const off = both.map((sample, index) => Math.abs(sample - (gain * left[index]! + right[index]!)));
          expect(Math.max(...off)).toBeLessThan(1e-5);
        },
      ),
      { numRuns: process.env.LONG ? 100 : 12 },
    );
  });

  test("comes later, bit by bit, by whole periods of silence in front", () => {
    fc.assert(
      fc.property(setting, seed, fc.integer({ min: 1, max: 3 }), ([[from, to], quality], seed, periods) => {
        const { up, down } = approximateRatio(from, to);
        const input = noise(700, seed);
        const late = resampleAll(fresh(from, to, quality), concat(new Float32Array(down * periods), input));
        expect(late.subarray(0, up * periods).every((sample) => sample === 0)).toBe(true);
        expectSameBits(late.subarray(up * periods), resampleAll(fresh(from, to, quality), input));
      }),
      { numRuns: process.env.LONG ? 100 : 12 },
    );
  });

  test("depends on the ratio of the rates alone", () => {
    fc.assert(
      fc.property(fc.constantFrom(...devicePairs), seed, fc.constantFrom(0.5, 2, 3), ([from, to], seed, factor) => {
        const input = noise(500, seed);
        const other = resampleAll(fresh(from * factor, to * factor, "voice"), input);
        expectSameBits(other, resampleAll(fresh(from, to, "voice"), input));
      }),
      { numRuns: process.env.LONG ? 80 : 10 },
    );
  });

  test("is what the textbook computes in double precision", () => {
    const specifications = {
      voice: { edges: 2, beta: kaiserBeta(110.4) },
      strict: { edges: 1.896, beta: kaiserBeta(115.4) },
    };
    const pair = fc.oneof(
      fc.constantFrom(...wirePairs),
      fc.tuple(fc.integer({ min: 20, max: 120 }), fc.integer({ min: 20, max: 120 })),
    );
    fc.assert(
      fc.property(pair, fc.constantFrom("voice" as const, "strict" as const), seed, ([from, to], quality, seed) => {
        const resampler = fresh(from, to, quality);
        const { up, down } = approximateRatio(from, to);
        if (up === down) return;
        const input = noise(1000, seed);
        const { edges, beta } = specifications[quality];
        const reference = referenceResample(input, {
          up,
          down,
          halfLength: Math.round(resampler.delay * from),
          cutoff: (Math.min(1, up / down) * edges) / 2,
          beta,
        });
        const output = resampleAll(resampler, input);
        expect(output.length).toBe(reference.length);
        expect(Math.max(...output.map((sample, index) => Math.abs(sample - reference[index]!)))).toBeLessThan(2e-6);
      }),
      { numRuns: process.env.LONG ? 40 : 5 },
    );
  });
});

describe("flush and reset", () => {
  test("flush gives what stands for the time up to the last input, and starts anew", () => {
    fc.assert(
      fc.property(setting, seed, ([[from, to], quality], seed) => {
        const resampler = fresh(from, to, quality);
        const input = noise(1000, seed);
        const padded = concat(input, new Float32Array(Math.ceil(resampler.delay * from - 1e-6)));
        const expected = resampleAll(resampler, padded).slice();
        resampler.reset();
        for (let round = 0; round < 2; round++) expectSameBits(convertAll(resampler, input), expected);
      }),
      { numRuns: process.env.LONG ? 80 : 10 },
    );
  });

  test("reset forgets the stream", () => {
    const resampler = createPolyphaseResampler(44100, 8000, designVoice);
    const first = resampleAll(resampler, noise(777)).slice();
    resampler.reset();
    expect(resampleAll(resampler, noise(777))).toEqual(first);
  });
});

describe("odd input", () => {
  test("NaN and infinities count as 0, and only where they are", () => {
    const oddity = fc.constantFrom(NaN, Infinity, -Infinity);
    const places = fc.array(fc.tuple(fc.nat({ max: 999 }), oddity), { minLength: 1, maxLength: 20 });
    const settings = fc.oneof(setting, fc.constant([[8000, 8000], "voice"] as [[number, number], ResamplerQuality]));
    fc.assert(
      fc.property(settings, places, ([[from, to], quality], oddities) => {
        const input = noise(1000);
        const clean = input.slice();
        for (const [index, value] of oddities) {
          input[index] = value;
          clean[index] = 0;
        }
        expectSameBits(convertAll(fresh(from, to, quality), input), convertAll(fresh(from, to, quality), clean));
      }),
      { numRuns: process.env.LONG ? 100 : 12 },
    );
  });

  test("sound too loud for a float is forgotten with the filter's length", () => {
    const resampler = createPolyphaseResampler(48000, 8000, designVoice);
    const output = resampleAll(resampler, Float32Array.of(3e38, 3e38, ...new Float32Array(3000)));
    expect(output.subarray(100).every((sample) => sample === 0)).toBe(true);
  });

  test("an empty block gives nothing and changes nothing", () => {
    const resampler = createPolyphaseResampler(48000, 44100, designVoice);
    const none = new Float32Array(0);
    const [whole, output] = [resampleAll(resampler, noise(500)).slice(), new Float32Array(600)];
    resampler.reset();
    expect(resampler.process(none, none)).toBe(0);
    const written = resampler.process(noise(500).subarray(0, 250), output);
    expect(resampler.process(none, none)).toBe(0);
    resampler.process(noise(500).subarray(250), output.subarray(written));
    expect(output.subarray(0, whole.length)).toEqual(whole);
  });

  test("three seconds in one block are the same as in quanta", () => {
    const input = noise(48000 * 3);
    const resampler = createPolyphaseResampler(48000, 8000, designVoice);
    const whole = resampleAll(resampler, input, [input.length]);
    resampler.reset();
    expectSameBits(resampleAll(resampler, input), whole);
  });

  test("only the first inputLength samples of the input count", () => {
    const input = noise(500);
    const output = new Float32Array(500);
    const written = createPolyphaseResampler(48000, 8000, designVoice).process(input, output, 200);
    expect(output.subarray(0, written)).toEqual(resampleAll(fresh(48000, 8000, "voice"), input.subarray(0, 200)));
  });
});

describe("rates", () => {
  test("equal ones, and those a hair apart, pass through bit by bit and without delay", () => {
    for (const [from, to, pitchError] of [
      [16000, 16000, 0],
      [47999, 48000, 20.83],
    ] as const) {
      const resampler = createResampler({ from, to });
      const input = noise(300);
      expect(resampleAll(resampler, input, [7, 100])).toEqual(input);
      expect(resampler.delay).toBe(0);
      expect(resampler.pitchError).toBeCloseTo(pitchError, 2);
      expect(resampler.flush(new Float32Array(0))).toBe(0);
      expect(() => resampler.process(input, new Float32Array(299))).toThrow(RangeError);
    }
  });

  test("the ratio that is meant is told apart from the one there is by pitchError", () => {
    for (const [from, to] of [
      [44056, 48000],
      [8001.5, 44100],
      [192000, 44056],
    ] as const) {
      const resampler = createPolyphaseResampler(from, to, designVoice);
      const made = resampler.outputLength(10_000_000) / 10_000_000;
      expect((to / from / made - 1) * 1e6).toBeCloseTo(resampler.pitchError, 0);
      expect(Math.abs(resampler.pitchError)).toBeGreaterThan(0);
      expect(Math.abs(resampler.pitchError)).toBeLessThan(220);
    }
  });
});

test("process allocates nothing", () => {
  const resampler = createPolyphaseResampler(44100, 8000, designVoice);
  const [input, output] = [noise(128), new Float32Array(64)];
  const calls = 4000;
  function bytesACall(): number {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let call = 0; call < calls; call++) resampler.process(input, output);
    return Math.abs(process.memoryUsage().heapUsed - before) / calls;
  }
  // Until it is compiled it does allocate, numbers. The smallest object has 12 bytes.
  let rounds = 0;
  while (bytesACall() > 4 && rounds < 100) rounds++;
  expect(rounds).toBeLessThan(100);
});
