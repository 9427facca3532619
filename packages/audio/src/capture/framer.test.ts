import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noise, resampleAll, sine } from "../../test/signals.js";
import { fitSine } from "../../test/sine.js";
import { designCapture } from "../dsp/minimum-phase.js";
import { floatToPcm16 } from "../dsp/pcm.js";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler.js";
import { type CapturedFrame, createFramer, type Framer } from "./framer.js";

interface Heard {
  pcm: number[];
  detection: number[];
  time: number;
  level: number;
  silence: number;
}

/** A framer with a copy of everything it delivered. */
function createCapture(
  options: { inputRate?: number; outputRate?: number; detection?: boolean; frameLength?: number } = {},
) {
  const { inputRate = 48000, outputRate = 8000, detection = false, frameLength = 160 } = options;
  const frames: Heard[] = [];
  const delivered = new Set<CapturedFrame>();
  const arrays = new Set<ArrayBuffer>();
  let flushes = 0;
  const framer: Framer = createFramer({
    inputRate,
    outputRate,
    frameLength,
    detection,
    onFrame(frame) {
      const { length, detectionLength, time, level, silence } = frame;
      delivered.add(frame);
      arrays.add(frame.pcm.buffer);
      if (frame.detection) arrays.add(frame.detection.buffer);
      const pcm = [...frame.pcm.subarray(0, length)];
      const heard = [...(frame.detection?.subarray(0, detectionLength) ?? [])];
      frames.push({ pcm, detection: heard, time, level, silence });
    },
    onFlushed: () => flushes++,
  });
  let clock = 1000;
  return {
    frames,
    delivered,
    arrays,
    flush: framer.flush,
    flushes: () => flushes,
    pcm: () => frames.flatMap((frame) => frame.pcm),
    detection: () => frames.flatMap((frame) => frame.detection),
    skip(samples: number) {
      clock += samples;
    },
    hear(samples: Float32Array, block = 128) {
      for (let at = 0; at < samples.length; at += block) {
        const part = samples.subarray(at, at + block);
        framer.push([part], clock);
        clock += part.length;
      }
    },
    push: framer.push,
  };
}

/** A resampler as both streams have one. */
function createStream(from: number, to: number) {
  return createPolyphaseResampler(from, to, designCapture);
}

function expectedPcm(input: Float32Array, inputRate: number, outputRate = 8000): number[] {
  const floats = resampleAll(createStream(inputRate, outputRate), input);
  const pcm = new Int16Array(floats.length);
  floatToPcm16(floats, pcm);
  return [...pcm];
}

const { delay } = createStream(48000, 8000);

const deviceRates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000];

test("frames are the resampled stream, whole and in order, whatever device, frame length and blocks", () => {
  const options = fc.record({
    inputRate: fc.constantFrom(...deviceRates),
    outputRate: fc.constantFrom(8000, 16000, 24000, 11025),
    frameMs: fc.integer({ min: 5, max: 200 }),
    block: fc.constantFrom(64, 128, 256, 1000),
    detection: fc.boolean(),
  });
  fc.assert(
    fc.property(options, ({ inputRate, outputRate, frameMs, block, detection }) => {
      const frameLength = Math.round((outputRate * frameMs) / 1000);
      const capture = createCapture({ inputRate, outputRate, detection, frameLength });
      // Twenty frames or a fifth of a second, whichever is more.
      const input = noise(Math.ceil((inputRate * Math.max(200, 20 * frameMs)) / 1000));
      capture.hear(input, block);
      const expected = expectedPcm(input, inputRate, outputRate);
      const heard = capture.pcm();
      expect(capture.frames.every(({ pcm }) => pcm.length === frameLength)).toBe(true);
      expect(same(heard, expected.slice(0, heard.length))).toBe(true);
      expect(expected.length - heard.length).toBeLessThan(frameLength + 2);
      if (!detection) return;
      const floats = resampleAll(createStream(inputRate, 16000), input);
      const detected = capture.detection();
      expect(same(detected, floats.subarray(0, detected.length))).toBe(true);
      // Both streams keep step: no rounding adds up.
      expect(Math.abs(detected.length / 16000 - heard.length / outputRate)).toBeLessThanOrEqual(0.5001 / 16000);
    }),
    { numRuns: process.env.LONG ? 120 : 15 },
  );
});

// Comparing a million numbers one by one in an assertion takes seconds.
function same(heard: readonly number[], expected: ArrayLike<number>): boolean {
  return heard.length === expected.length && heard.every((value, index) => value === expected[index]);
}

test("at a rate that no fraction meets, detection and times keep step with the clock all the same", () => {
  const inputRate = 47_999;
  const seconds = 60;
  const capture = createCapture({ inputRate, detection: true });
  const second = new Float32Array(inputRate);
  for (let passed = 0; passed < seconds; passed++) capture.hear(second);
  const last = capture.frames.at(-1)?.time ?? 0;
  // Behind the clock by the filter's delay and a frame that is not whole, and not by ever more.
  expect(last).toBeGreaterThan(1000 / inputRate + seconds - 0.05);
  expect(last).toBeLessThan(1000 / inputRate + seconds);
  const click = inputRate * 59;
  const late = createCapture({ inputRate });
  for (let passed = 0; passed < seconds; passed++) {
    const input = new Float32Array(inputRate);
    if (passed === 59) input[0] = 1;
    late.hear(input);
  }
  const { time, pcm } = late.frames.reduce((loudest, frame) =>
    Math.max(...frame.pcm) > Math.max(...loudest.pcm) ? frame : loudest,
  );
  const at = time + pcm.indexOf(Math.max(...pcm)) / 8000;
  expect(Math.abs(at - (1000 + click) / inputRate)).toBeLessThan(1 / 8000);
});

test("a frame's time is when its first sample was captured, filter delay taken off, also when the clock jumps", () => {
  const capture = createCapture();
  const input = sine(200, 48000, 48000, 0.9);
  capture.hear(input);
  const settled = capture.frames.slice(5);
  const { phase } = fitSine(
    settled.flatMap(({ pcm }) => pcm),
    200,
    8000,
  );
  // By its phase, 100 ms are twenty whole periods.
  const spoken = 1000 / 48000 + 0.1 + phase / (2 * Math.PI * 200);
  expect(settled[0]?.time).toBeCloseTo(spoken, 5);
  for (const [index, { time }] of capture.frames.entries()) {
    expect(time).toBeCloseTo(1000 / 48000 + index * 0.02 - delay, 9);
  }
  const before = capture.frames.length;
  capture.skip(4800);
  capture.hear(input.subarray(0, 9600));
  expect(capture.frames[before]?.time).toBeCloseTo(1000 / 48000 + before * 0.02 - delay + 0.1, 9);
});

test("a clock that stands still for some blocks changes no time", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 30, maxLength: 60 }), (isLocked) => {
      const [steady, locked] = [createCapture(), createCapture()];
      const block = new Float32Array(128);
      let shown = 0;
      for (const [index, stands] of isLocked.entries()) {
        if (!stands) shown = index * block.length;
        steady.push([block], index * block.length);
        locked.push([block], shown);
      }
      const times = (capture: typeof steady) => capture.frames.map(({ time }) => time);
      expect(times(locked)).toEqual(times(steady));
    }),
  );
});

describe("flush", () => {
  test("delivers everything captured before it, to the last sample, then says so", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), fc.boolean(), (length, detection) => {
        const capture = createCapture({ detection });
        const input = new Float32Array(length);
        input[length - 1] = 1;
        capture.hear(input);
        capture.flush();
        const silence = new Float32Array(1000);
        // In blocks so short that they hide nothing.
        capture.hear(silence, 16);
        expect(capture.flushes()).toBe(1);
        const whole = expectedPcm(Float32Array.from([...input, ...silence]), 48000);
        const heard = capture.pcm();
        expect(heard).toEqual(whole.slice(0, heard.length));
        // The click of the last sample is in it, up to 3.4 kHz, 1.15 ms late.
        expect(heard.length).toBeGreaterThanOrEqual(Math.floor((length - 1) / 6 + 0.00115 * 8000));
        if (!detection) return;
        const floats = resampleAll(createStream(48000, 16000), Float32Array.from([...input, ...silence]));
        expect(same(capture.detection(), floats.subarray(0, heard.length * 2))).toBe(true);
      }),
      { numRuns: process.env.LONG ? 200 : 25 },
    );
  });

  test("leaves both streams behind it whole, and their times right", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), (before) => {
        const capture = createCapture({ detection: true });
        const input = noise(14000);
        capture.hear(input.subarray(0, before));
        capture.flush();
        capture.hear(input.subarray(before));
        const heard = capture.pcm();
        expect(same(heard, expectedPcm(input, 48000).slice(0, heard.length))).toBe(true);
        const floats = resampleAll(createStream(48000, 16000), input);
        expect(same(capture.detection(), floats.subarray(0, heard.length * 2))).toBe(true);
        expect(capture.frames.filter(({ pcm }) => pcm.length !== 160).length).toBeLessThanOrEqual(1);
        let samples = 0;
        for (const { time, pcm } of capture.frames) {
          expect(time).toBeCloseTo(1000 / 48000 + samples / 8000 - delay, 9);
          samples += pcm.length;
        }
      }),
      { numRuns: process.env.LONG ? 120 : 15 },
    );
  });

  test("asked again before it is done is one flush", () => {
    const capture = createCapture();
    capture.hear(noise(500));
    capture.flush();
    capture.flush();
    capture.hear(new Float32Array(1000));
    expect(capture.flushes()).toBe(1);
  });
});

test("channels are mixed, and none is silence", () => {
  const left = sine(440, 48000, 4800, 0.8);
  const capture = createCapture();
  for (let at = 0; at < 4800; at += 128) {
    const part = left.subarray(at, at + 128);
    capture.push([part, new Float32Array(part.length)], at);
  }
  const heard = capture.pcm();
  const half = left.map((sample) => sample / 2);
  expect(heard).toEqual(expectedPcm(half, 48000).slice(0, heard.length));
  for (let at = 4800; at < 9600; at += 128) capture.push([], at);
  expect(capture.frames.at(-1)?.pcm.every((sample) => sample === 0)).toBe(true);
});

test("a source that falls silent lasts as long as it is, also where quanta are not of 128 samples", () => {
  const capture = createCapture();
  for (let at = 0; at < 48_000; at += 512) capture.push([new Float32Array(512)], at);
  const before = capture.frames.length;
  for (let at = 48_128; at < 96_128; at += 512) capture.push([], at);
  expect(capture.frames.length).toBeGreaterThanOrEqual(2 * before - 1);
});

test("the level is that of the last 20 ms", () => {
  const capture = createCapture();
  capture.hear(sine(500, 48000, 9600, 0.5));
  expect(capture.frames.at(-1)?.level).toBeCloseTo(0.5 / Math.SQRT2, 3);
  capture.hear(new Float32Array(4800));
  expect(capture.frames.at(-1)?.level).toBe(0);
});

test("a frame tells how long its input has been exactly zero", () => {
  const capture = createCapture();
  capture.hear(new Float32Array(48000));
  expect(capture.frames.at(-1)?.silence).toBeGreaterThan(0.97);
  capture.hear(Float32Array.from({ length: 128 }, () => 1e-9));
  capture.hear(new Float32Array(960));
  expect(capture.frames.at(-1)?.silence).toBeLessThanOrEqual(0.02);
});

test("every frame is delivered in the same object and arrays: none is allocated", () => {
  const capture = createCapture({ detection: true });
  capture.hear(noise(480000));
  capture.flush();
  capture.hear(noise(4800));
  expect(capture.frames.length).toBeGreaterThan(495);
  expect(capture.delivered.size).toBe(1);
  expect(capture.arrays.size).toBe(2);
});
