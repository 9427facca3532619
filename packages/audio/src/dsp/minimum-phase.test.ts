import { bestCorrelation, resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { describe, expect, test } from "vitest";
import { decibels, resampleAll } from "../../test/signals.js";
import { designPrototype, designVoice, type FilterDesign, type PolyphaseFilter } from "./filter.js";
import { designCapture, designLowLatency, toMinimumPhase } from "./minimum-phase.js";
import { createPolyphaseResampler } from "./polyphase-resampler.js";
import { approximateRatio, type Ratio } from "./ratio.js";

/** Magnitude and phase of an impulse response at a frequency in cycles a point. */
function response(points: ArrayLike<number>, frequency: number) {
  let [real, imaginary] = [0, 0];
  for (let index = 0; index < points.length; index++) {
    real += points[index]! * Math.cos(2 * Math.PI * frequency * index);
    imaginary -= points[index]! * Math.sin(2 * Math.PI * frequency * index);
  }
  return { magnitude: Math.hypot(real, imaginary), phase: Math.atan2(imaginary, real) };
}

/** Group delay at a frequency in cycles a point, in points. */
function delayOf(points: ArrayLike<number>, frequency: number): number {
  const step = 1e-5 / points.length;
  const turn = response(points, frequency - step).phase - response(points, frequency + step).phase;
  return (turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI))) / (4 * Math.PI * step);
}

/** The impulse response that was cut into phases, with a sum of `up`. */
function pointsOf({ taps, coefficients }: PolyphaseFilter, { up }: Ratio): Float64Array {
  return Float64Array.from(coefficients, (_, index) => {
    const phase = index % up;
    return coefficients[phase * taps + taps - 1 - (index - phase) / up]!;
  });
}

describe("a response in minimum phase", () => {
  test("is the one with all zeros within the unit circle", () => {
    // (1 - 2z)(1 - z/2), and with the first zero reflected 2 (1 - z/2)².
    const steps = 64;
    const levels = new Float64Array(steps + 1).map((_, k) => Math.log(2.5 - 2 * Math.cos((Math.PI * k) / steps)));
    toMinimumPhase(levels).forEach((value, index) => {
      expect(value).toBeCloseTo([1, -1, 0.25][index] ?? 0, 9);
    });
  });

  test("of a magnitude that is the same everywhere is one point", () => {
    const points = toMinimumPhase(new Float64Array(17).fill(-3));
    points.forEach((value, index) => {
      expect(value).toBeCloseTo(index === 0 ? 1 : 0, 12);
    });
  });

  test("has turned by nothing in all when it comes to the highest frequency", () => {
    const levels = new Float64Array(1025).map((_, k) => Math.max(-3, Math.min(0, (300 - k) / 100)));
    const points = toMinimumPhase(levels);
    let turned = 0;
    let last = 0;
    for (let step = 1; step <= 4000; step++) {
      const { phase } = response(points, step / 8000);
      turned += Math.atan2(Math.sin(phase - last), Math.cos(phase - last));
      last = phase;
    }
    expect(Math.abs(turned)).toBeLessThan(0.001);
  });
});

describe.each([
  [24000, 8000],
  [8000, 24000],
  [48000, 44100],
])("the low-pass from %i Hz to %i Hz", (from, to) => {
  const ratio = approximateRatio(from, to);
  const { up, down } = ratio;
  const filter = designLowLatency(ratio);
  const points = pointsOf(filter, ratio);
  /** Cycles a point of the lower rate's Nyquist frequency. */
  const nyquist = 1 / 2 / Math.max(up, down);

  test("has the magnitude of the symmetric one, in the transition band too", () => {
    const symmetric = designPrototype(ratio, { attenuation: 113, passEdge: 0.9, stopEdge: 1.1 }).points;
    const gain = response(symmetric, 0).magnitude;
    for (let share = 0; share < 1.07; share += 0.01) {
      const before = response(symmetric, share * nyquist).magnitude / gain;
      const after = response(points, share * nyquist).magnitude / up;
      // The length of the symmetric one is rounded to samples: the bands are of one width but for that.
      expect(Math.abs(decibels(after / before))).toBeLessThan(share <= 0.9 ? 0.001 : 1);
    }
  });

  test("comes early: no later than the voice filter at any point, by energy", () => {
    const voice = pointsOf(designVoice(ratio), ratio);
    let [early, late] = [0, 0];
    points.forEach((value, index) => {
      early += value ** 2;
      late += (voice[index] ?? 0) ** 2;
      expect(early).toBeGreaterThanOrEqual(late * 0.9999);
    });
  });

  test("has rung out to -120 dB before its end", () => {
    const peak = Math.max(...points.map(Math.abs));
    const rest = points.subarray(Math.floor(points.length * 0.99));
    expect(decibels(Math.max(...rest.map(Math.abs)) / peak)).toBeLessThan(-120);
  });

  test("tells its delay at 0 Hz", () => {
    const frequency = nyquist / 1000;
    const measured = -response(points, frequency).phase / (2 * Math.PI * frequency) / up;
    expect(filter.delay / measured).toBeCloseTo(1, 4);
  });

  test("for capture has the same magnitude, to -115 dB, and its delay spreads by 0.37 ms at 8 kHz instead of 0.59", () => {
    const capture = designCapture(ratio);
    const evened = pointsOf(capture, ratio);
    for (let share = 0; share < Math.min(4, 1 / nyquist / 2); share += 0.01) {
      const difference = response(evened, share * nyquist).magnitude - response(points, share * nyquist).magnitude;
      expect(Math.abs(difference) / up).toBeLessThan(10 ** (-115 / 20));
    }
    const spread = (values: Float64Array) => {
      const delays = [0.01, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85].map((share) => delayOf(values, share * nyquist));
      return (Math.max(...delays) - Math.min(...delays)) / Math.max(up, down);
    };
    expect(spread(points) / 8).toBeGreaterThan(0.58);
    expect(spread(evened) / 8).toBeLessThan(0.37);
    expect((capture.delay * up) / Math.max(up, down) / 8).toBeCloseTo(0.864, 2);
  });

  test("is the same after others were designed", () => {
    designLowLatency(approximateRatio(192000, 11025));
    expect(designLowLatency(ratio)).toEqual(filter);
  });
});

test.each([8000, 16000])(
  "for capture at %i Hz hissing speech keeps its wave, which minimum phase alone takes apart",
  async (rate) => {
    const speech = await synthesizeSpeech("She sells sea shells by the sea shore.", { voice: "rms" });
    const spoken = resample(toFloat(speech.samples), speech.sampleRate, 48000);
    const wanted = resample(spoken, 48000, rate);
    const likeness = (design: FilterDesign) =>
      bestCorrelation(wanted, resampleAll(createPolyphaseResampler(48000, rate, design), spoken), { maxLag: 100 })
        .correlation;
    expect(likeness(designVoice)).toBeGreaterThan(0.999);
    expect(likeness(designCapture)).toBeGreaterThan(0.98);
    expect(likeness(designLowLatency)).toBeLessThan(0.96);
  },
);
