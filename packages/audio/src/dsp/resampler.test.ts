import { ConverterType, create } from "@alexanderolsen/libsamplerate-js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceResample } from "../../test/reference-resampler";
import { decibels, noise, resampleAll, rms, sine } from "../../test/signals";
import { fitSine } from "../../test/sine";
import { greatestCommonDivisor, kaiserBeta } from "./filter";
import { floatToPcm16, pcm16ToFloat } from "./pcm";
import { createResampler } from "./resampler";

const deviceRates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000];
const wirePairs = [
  [48000, 8000],
  [44100, 8000],
  [48000, 16000],
  [16000, 48000],
  [16000, 44100],
] as const;
const allPairs = deviceRates
  .flatMap((rate): [number, number][] => [
    [rate, 8000],
    [rate, 16000],
    [16000, rate],
  ])
  .filter(([from, to]) => from !== to);

/** What comes out of a sine once the filter is filled. */
function settled(from: number, to: number, frequency: number, seconds = 0.2): Float32Array {
  const output = resampleAll(createResampler({ from, to }), sine(frequency, from, Math.round(from * seconds)));
  return output.subarray(Math.ceil(to * 0.02));
}

describe.each(allPairs)("%i Hz to %i Hz", (from, to) => {
  const nyquist = Math.min(from, to) / 2;

  test("is flat to 0.9 of the lower Nyquist frequency and free of images", () => {
    for (const share of [0.02, 0.11, 0.25, 0.4, 0.53, 0.66, 0.78, 0.84, 0.87, 0.9]) {
      const { amplitude, residual } = fitSine(settled(from, to, nyquist * share), nyquist * share, to);
      expect(Math.abs(decibels(amplitude)), `ripple at ${share}`).toBeLessThan(0.001);
      expect(residual, `images of ${share}`).toBeLessThan(-110);
    }
  });
});

describe.each(allPairs.filter(([from, to]) => from > to))("%i Hz to %i Hz, downwards", (from, to) => {
  const nyquist = to / 2;

  test("rejects what would fold, from 1.1 of the lower Nyquist frequency on", () => {
    const stop = nyquist * 1.1;
    for (const share of [0, 0.001, 0.002, 0.004, 0.01, 0.03, 0.1, 0.3, 0.6, 0.97]) {
      const frequency = stop + (from / 2 - stop) * share;
      if (frequency >= from / 2) continue;
      const alias = decibels(rms(settled(from, to, frequency)) * Math.SQRT2);
      expect(alias, `${frequency} Hz`).toBeLessThan(-110);
    }
  });
});

describe.each(wirePairs)("%i Hz to %i Hz, on the wire's way", (from, to) => {
  test("keeps a 1 kHz sine to 125 dB, and to 97 dB through PCM16", () => {
    const output = settled(from, to, 1000, 1);
    expect(-fitSine(output, 1000, to).residual).toBeGreaterThan(125);
    const pcm = new Int16Array(output.length);
    floatToPcm16(output, pcm);
    const back = new Float32Array(output.length);
    pcm16ToFloat(pcm, back);
    expect(-fitSine(back, 1000, to).residual).toBeGreaterThan(97);
  });

  test("delays by what it says, at most 4.5 ms at 8 kHz and 2.25 ms at 16 kHz", () => {
    const { delay } = createResampler({ from, to });
    expect(delay).toBeLessThanOrEqual((0.036 * 1000) / Math.min(from, to));
    const output = resampleAll(createResampler({ from, to }), sine(997, from, from / 2));
    for (let index = Math.ceil(to * 0.02); index < output.length; index++) {
      expect(output[index]).toBeCloseTo(Math.sin(2 * Math.PI * 997 * (index / to - delay)), 5);
    }
  });

  test("computes what the textbook does", () => {
    const divisor = greatestCommonDivisor(from, to);
    const resampler = createResampler({ from, to });
    const input = noise(3000);
    const reference = referenceResample(input, {
      up: to / divisor,
      down: from / divisor,
      halfLength: Math.round(resampler.delay * from),
      cutoff: Math.min(from, to) / from,
      beta: kaiserBeta(110.4),
    });
    const output = resampleAll(resampler, input);
    expect(output.length).toBe(reference.length);
    output.forEach((sample, index) => {
      expect(Math.abs(sample - reference[index]!)).toBeLessThan(2e-6);
    });
  });

  test("agrees with libsamplerate at its best", async () => {
    // Band-limited so that the two transition bands, which differ, have nothing to do.
    const input = new Float32Array(from);
    for (const [frequency, amplitude] of [
      [131, 0.3],
      [440, 0.2],
      [997, 0.2],
      [2311, 0.15],
      [0.43 * Math.min(from, to), 0.1],
    ] as const) {
      sine(frequency, from, from, amplitude).forEach((sample, index) => {
        input[index]! += sample;
      });
    }
    // The reference has no delay at all. Silence in front makes ours a whole number of output samples.
    const resampler = createResampler({ from, to });
    const divisor = greatestCommonDivisor(from, to);
    const delay = Math.round(resampler.delay * from);
    const lead = Math.ceil((delay * divisor) / from) * (from / divisor);
    const shift = (lead * to) / from;
    const ours = resampleAll(resampler, Float32Array.from([...new Float32Array(lead - delay), ...input]));
    const libsamplerate = await create(1, from, to, { converterType: ConverterType.SRC_SINC_BEST_QUALITY });
    const theirs = libsamplerate.simple(input);
    const middle = ours.subarray(to / 4 + shift, (to * 3) / 4 + shift);
    const rest = middle.map((sample, index) => sample - theirs[to / 4 + index]!);
    expect(decibels(rms(rest) / rms(middle))).toBeLessThan(-100);
    libsamplerate.destroy();
  });
});

const rates = fc.constantFrom(...allPairs);
const blocks = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 12 });

test("any split of a stream gives the bits of one block", () => {
  fc.assert(
    fc.property(rates, blocks, fc.integer({ min: 0, max: 4000 }), fc.integer(), ([from, to], split, length, seed) => {
      const input = noise(length, seed);
      const whole = resampleAll(createResampler({ from, to }), input, [length]);
      const parts = resampleAll(createResampler({ from, to }), input, split);
      expect(parts).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test("outputLength is exact, and a shorter output is refused before anything is lost", () => {
  fc.assert(
    fc.property(rates, blocks, ([from, to], split) => {
      const resampler = createResampler({ from, to });
      for (const length of split) {
        const expected = resampler.outputLength(length);
        if (expected > 0) {
          expect(() => resampler.process(noise(length), new Float32Array(expected - 1))).toThrow(RangeError);
        }
        expect(resampler.process(noise(length), new Float32Array(expected + 3))).toBe(expected);
      }
    }),
    { numRuns: 40 },
  );
});

test("flush gives the rest of the stream and starts anew", () => {
  for (const [from, to] of allPairs) {
    const resampler = createResampler({ from, to });
    const input = noise(1000);
    const silence = new Float32Array(Math.round(resampler.delay * from));
    const padded = resampleAll(createResampler({ from, to }), Float32Array.from([...input, ...silence]));
    for (let round = 0; round < 2; round++) {
      const body = resampleAll(resampler, input);
      const rest = new Float32Array(resampler.flushLength);
      const written = resampler.flush(rest);
      expect([...body, ...rest.subarray(0, written)]).toEqual([...padded]);
    }
  }
});

test("reset forgets the stream", () => {
  const resampler = createResampler({ from: 44100, to: 8000 });
  const first = resampleAll(resampler, noise(777)).slice();
  resampler.reset();
  expect(resampleAll(resampler, noise(777))).toEqual(first);
});

test("only the first inputLength samples of the input count", () => {
  const input = noise(500);
  const output = new Float32Array(500);
  const written = createResampler({ from: 48000, to: 8000 }).process(input, output, 200);
  expect(output.subarray(0, written)).toEqual(
    resampleAll(createResampler({ from: 48000, to: 8000 }), input.subarray(0, 200)),
  );
});

test("equal rates pass through, bit by bit and without delay", () => {
  const resampler = createResampler({ from: 16000, to: 16000 });
  const input = noise(300);
  expect(resampleAll(resampler, input, [7, 100])).toEqual(input);
  expect(resampler.delay).toBe(0);
  expect(resampler.flush(new Float32Array(0))).toBe(0);
  expect(() => resampler.process(input, new Float32Array(299))).toThrow(RangeError);
});

test("a rate that is none is refused by name and value", () => {
  expect(() => createResampler({ from: 44100.5, to: 8000 })).toThrow(/from.*44100\.5/);
  expect(() => createResampler({ from: 48000, to: 0 })).toThrow(/to.*0/);
  expect(() => createResampler({ from: 191999, to: 191998 })).toThrow(RangeError);
});
