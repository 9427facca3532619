import fc from "fast-check";
import { expect, test } from "vitest";
import { createRenderLog } from "./render-log.js";

test("tells how many samples had been rendered at a frame: in sound, in silence, before and after all of it", () => {
  const log = createRenderLog(16000, 48000);
  expect(log.sampleAt(-5)).toBe(0);
  log.record(100, 30, 0, 0);
  log.record(130, 30, 0, 30);
  log.record(500, 30, 0, 60);
  log.record(600, 30, 30, 0);
  expect([0, 100, 102, 103, 160, 400, 500, 503, 530, 599, 600, 603, 630, 1000].map(log.sampleAt)).toEqual([
    0, 0, 0, 1, 20, 20, 20, 21, 30, 30, 30, 31, 40, 40,
  ]);
});

test("a run ends with its last sample, also where that is shorter than a frame", () => {
  const log = createRenderLog(16000, 8000);
  log.record(0, 2, 0, 0);
  log.record(10, 2, 3, 0);
  expect([1, 2, 9, 10, 11].map(log.sampleAt)).toEqual([2, 3, 3, 3, 5]);
});

test("remembers 32 stretches, and of what was before only that it is over", () => {
  const log = createRenderLog(1000, 1000);
  for (let stretch = 0; stretch < 40; stretch++) log.record(stretch * 100, 10, stretch * 10, 0);
  expect(log.sampleAt(805)).toBe(85);
  expect(log.sampleAt(705)).toBe(80);
  expect(log.sampleAt(0)).toBe(80);
});

test("whatever is rendered when, and at whatever rates, it counts as one does by hand", () => {
  const block = fc.record({
    silence: fc.constantFrom(0, 0, 0, 128, 700),
    frames: fc.integer({ min: 1, max: 128 }),
    fresh: fc.boolean(),
  });
  const rates = fc.constantFrom([16000, 48000], [16000, 44100], [16000, 8000], [8000, 8000]);
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 30 }), rates, (blocks, [input, output]) => {
      const log = createRenderLog(input as number, output as number);
      const samples: number[] = [];
      let runStart = 0;
      let rendered = 0;
      let last = 0;
      const silence = (frames: number) => {
        for (let frame = 0; frame < frames; frame++) samples.push(last);
      };
      for (const { silence: before, frames, fresh } of blocks) {
        silence(before);
        if (fresh) {
          runStart = last;
          rendered = 0;
        }
        log.record(samples.length, frames, runStart, rendered);
        for (let frame = 0; frame < frames; frame++) {
          samples.push(runStart + Math.floor(((rendered + frame) * (input as number)) / (output as number)));
        }
        rendered += frames;
        last = runStart + Math.floor((rendered * (input as number)) / (output as number));
      }
      silence(50);
      expect(samples.map((_, frame) => log.sampleAt(frame))).toEqual(samples);
    }),
    { numRuns: 50 },
  );
});
