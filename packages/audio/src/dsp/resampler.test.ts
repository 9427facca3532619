import { ConverterType, create } from "@alexanderolsen/libsamplerate-js";
import { describe, expect, test } from "vitest";
import { devicePairs, wirePairs } from "../../test/rates.js";
import { decibels, resampleAll, rms, sine } from "../../test/signals.js";
import { fitSine } from "../../test/sine.js";
import { floatToPcm16, pcm16ToFloat } from "./pcm.js";
import { approximateRatio } from "./ratio.js";
import { createResampler, type Resampler, type ResamplerQuality } from "./resampler.js";

/** What each quality promises. Edges are fractions of the lower Nyquist frequency, the delay at 0 Hz is in samples of the lower rate. */
const promises = [
  { quality: "voice", stopEdge: 1.1, rejection: 110, delay: 36 },
  { quality: "strict", stopEdge: 1, rejection: 115, delay: 73 },
  { quality: "low-latency", stopEdge: 1.1, rejection: 110, delay: 3.2 },
] as const;
const qualities = promises.map(({ quality }) => quality);

const settling = 0.02;
const resamplers = new Map<string, Resampler>();

/** One resampler for a pair and a quality, started anew: to design one takes longer than to use it. */
function fresh(from: number, to: number, quality: ResamplerQuality): Resampler {
  const key = `${from} ${to} ${quality}`;
  const resampler = resamplers.get(key) ?? createResampler({ from, to, quality });
  resamplers.set(key, resampler);
  resampler.reset();
  return resampler;
}

/** What comes out of a sine once the filter is filled. */
function settled(resampler: Resampler, from: number, to: number, frequency: number, seconds: number): Float32Array {
  const output = resampleAll(resampler, sine(frequency, from, Math.round(from * seconds)));
  return output.subarray(Math.ceil(to * settling));
}

/** Delay in seconds near a frequency, by the phases of two tones. */
function delayAt(resampler: Resampler, from: number, to: number, frequency: number): number {
  const phase = (tone: number) => {
    resampler.reset();
    const first = Math.ceil(to * settling) / to;
    return fitSine(settled(resampler, from, to, tone, 0.22), tone, to).phase - 2 * Math.PI * tone * first;
  };
  const step = 20;
  const turn = phase(frequency - step / 2) - phase(frequency + step / 2);
  return (turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI))) / (2 * Math.PI * step);
}

function expectFlat(
  from: number,
  to: number,
  quality: ResamplerQuality,
  rejection: number,
  shares: readonly number[],
  seconds: number,
) {
  const nyquist = Math.min(from, to) / 2;
  for (const share of shares) {
    const output = settled(fresh(from, to, quality), from, to, nyquist * share, seconds);
    const { amplitude, residual } = fitSine(output, nyquist * share, to);
    expect(Math.abs(decibels(amplitude)), `ripple at ${share}`).toBeLessThan(0.001);
    expect(residual, `images of ${share}`).toBeLessThan(-rejection);
  }
}

function expectRejected(
  from: number,
  to: number,
  quality: ResamplerQuality,
  rejection: number,
  stopEdge: number,
  shares: readonly number[],
  seconds: number,
) {
  const stop = (stopEdge * to) / 2;
  for (const share of shares) {
    const frequency = stop + (from / 2 - stop) * share;
    if (frequency >= from / 2) continue;
    const alias = decibels(rms(settled(fresh(from, to, quality), from, to, frequency, seconds)) * Math.SQRT2);
    expect(alias, `${frequency} Hz`).toBeLessThan(-rejection);
  }
}

describe.each(promises)("$quality", ({ quality, stopEdge, rejection, delay }) => {
  test.each(wirePairs)(
    "%i Hz to %i Hz is flat to 0.9 of the lower Nyquist frequency and free of images",
    (from, to) => {
      expectFlat(from, to, quality, rejection, [0.02, 0.11, 0.25, 0.4, 0.53, 0.66, 0.78, 0.84, 0.87, 0.9], 0.12);
    },
  );

  test.each(wirePairs.filter(([from, to]) => from > to))("%i Hz to %i Hz rejects what would fold", (from, to) => {
    const shares = [0.0001, 0.001, 0.002, 0.004, 0.01, 0.03, 0.1, 0.3, 0.6, 0.97];
    expectRejected(from, to, quality, rejection, stopEdge, shares, 0.12);
  });

  test.each(wirePairs)("%i Hz to %i Hz keeps a 1 kHz sine to 125 dB, and to 97 dB through PCM16", (from, to) => {
    // 997 Hz, as AES17 has it: 1000 Hz at 8 kHz takes only eight different values.
    const output = settled(fresh(from, to, quality), from, to, 997, 0.4);
    expect(-fitSine(output, 997, to).residual).toBeGreaterThan(125);
    const pcm = new Int16Array(output.length);
    floatToPcm16(output, pcm);
    const back = new Float32Array(output.length);
    pcm16ToFloat(pcm, back);
    expect(-fitSine(back, 997, to).residual).toBeGreaterThan(97);
  });

  test.each(wirePairs)("%i Hz to %i Hz delays by what it says", (from, to) => {
    const resampler = fresh(from, to, quality);
    expect(resampler.delay).toBeLessThanOrEqual(delay / Math.min(from, to));
    expect(delayAt(resampler, from, to, 50)).toBeCloseTo(resampler.delay, 5);
  });

  test.each(devicePairs)("%i Hz to %i Hz is as flat and as clean", (from, to) => {
    expectFlat(from, to, quality, rejection, [0.05, 0.5, 0.9], 0.06);
    if (from > to) expectRejected(from, to, quality, rejection, stopEdge, [0.0001, 0.05, 0.6], 0.06);
  });
});

test.each(wirePairs)(
  "voice and strict from %i Hz to %i Hz delay all frequencies alike, voice by 4.5 ms at 8 kHz",
  (from, to) => {
    expect(fresh(from, to, "voice").delay).toBeLessThanOrEqual(36 / Math.min(from, to));
    for (const quality of ["voice", "strict"] as const) {
      const resampler = fresh(from, to, quality);
      const output = resampleAll(resampler, sine(997, from, from / 4));
      const off = output.map((sample, index) => sample - Math.sin(2 * Math.PI * 997 * (index / to - resampler.delay)));
      expect(Math.max(...off.subarray(Math.ceil(to * settling)).map(Math.abs))).toBeLessThan(5e-6);
    }
  },
);

test("low-latency from 48 kHz to 8 kHz delays by 0.36 ms at 0 Hz, the more the higher, and by 1 ms at most up to 3.4 kHz", () => {
  const resampler = fresh(48000, 8000, "low-latency");
  const delays = [0, 500, 1000, 1500, 2000, 2500, 3000, 3400].map((frequency) =>
    frequency === 0 ? resampler.delay : delayAt(resampler, 48000, 8000, frequency),
  );
  expect(delays[0]).toBeCloseTo(0.00036, 5);
  expect([...delays].sort((a, b) => a - b)).toEqual(delays);
  expect(delays.at(-1)).toBeLessThan(0.001);
});

test.each(wirePairs)("%i Hz to %i Hz agrees with libsamplerate at its best", async (from, to) => {
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
  const libsamplerate = await create(1, from, to, { converterType: ConverterType.SRC_SINC_BEST_QUALITY });
  const theirs = libsamplerate.simple(input);
  for (const quality of ["voice", "strict"] as const) {
    // The reference has no delay at all. Silence in front makes ours a whole number of output samples.
    const resampler = fresh(from, to, quality);
    const delay = Math.round(resampler.delay * from);
    const { up, down } = approximateRatio(from, to);
    const periods = Math.ceil(delay / down);
    const shift = periods * up;
    const ours = resampleAll(resampler, Float32Array.from([...new Float32Array(periods * down - delay), ...input]));
    const middle = ours.subarray(to / 4 + shift, (to * 3) / 4 + shift);
    const rest = middle.map((sample, index) => sample - theirs[to / 4 + index]!);
    expect(decibels(rms(rest) / rms(middle))).toBeLessThan(-100);
  }
  libsamplerate.destroy();
});

test.each([
  [44056, 8000],
  [47999, 16000],
  [8001.5, 44100],
])("%d Hz to %d Hz, odd rates, are as flat and as clean, at a pitch that pitchError tells", (from, to) => {
  const resampler = fresh(from, to, "voice");
  expect(resampler.pitchError).not.toBe(0);
  const pitch = 1 + resampler.pitchError / 1e6;
  const nyquist = Math.min(from, to) / 2;
  for (const share of [0.05, 0.5, 0.9]) {
    const output = settled(fresh(from, to, "voice"), from, to, nyquist * share, 0.1);
    const { amplitude, residual } = fitSine(output, nyquist * share * pitch, to);
    expect(Math.abs(decibels(amplitude))).toBeLessThan(0.001);
    expect(residual).toBeLessThan(-110);
  }
  if (from > to) expectRejected(from, to, "voice", 110, 1.1, [0.001, 0.05, 0.6], 0.1);
});

test("an unknown quality is refused by name", () => {
  // @ts-expect-error: JavaScript has no types.
  expect(() => createResampler({ from: 48000, to: 8000, quality: "best" })).toThrow(/voice, strict, low-latency.*best/);
  expect(qualities).toHaveLength(3);
});

test("what is no rate, or too far from the other, is refused by name and value", () => {
  const make = (from: number, to: number) => () => createResampler({ from, to });
  expect(make(-44100, 8000)).toThrow(/^from must .* -44100/);
  expect(make(48000, 0)).toThrow(/^to must .* 0\./);
  expect(make(NaN, 8000)).toThrow(RangeError);
  expect(make(8000, Infinity)).toThrow(RangeError);
  expect(make(1, 48000)).toThrow(/1 Hz.*48000 Hz/);
  expect(make(48000, 1)).toThrow(/48000 Hz.*1 Hz/);
  expect(make(1000, 256000)().pitchError).toBe(0);
});
