import { resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { beforeAll, expect, test } from "vitest";
import { readSilero } from "../../build/silero.js";
import { collectGarbage } from "../../test/collect-garbage.js";
import { detectionRate } from "../capture/framer.js";
import { designDetection } from "../dsp/filter.js";
import { createPolyphaseResampler } from "../dsp/polyphase-resampler.js";
import type { DetectionReport, DetectionRules } from "./commands.js";
import { createDetection } from "./detection.js";
import { packWeights, unpackWeights } from "./silero/weights.js";
import { segmenterDefaults } from "./vad.js";

const rate = 48_000;
const quantum = 128;

// Nothing is sure enough to be speech: between the model's windows extra ones are looked at.
const rules: DetectionRules = { ...segmenterDefaults, positiveThreshold: 1, bargeIn: "pause" };

let weights: ReturnType<typeof packWeights>;
let blocks: Float32Array[];

beforeAll(async () => {
  weights = packWeights(await readSilero());
  const { samples, sampleRate } = await synthesizeSpeech("The quick brown fox jumps over the lazy dog.");
  const speech = resample(toFloat(samples), sampleRate, rate);
  blocks = Array.from({ length: Math.floor(speech.length / quantum) }, (_, index) =>
    speech.subarray(index * quantum, (index + 1) * quantum),
  );
});

// One detection alone: of several in a process V8 compiles code that they share, which allocates more.
test("while the agent speaks, detection allocates less than two numbers a quantum", () => {
  const reports: DetectionReport[] = [];
  const input = { block: blocks[0] as Float32Array, time: 0 };
  const detection = createDetection(
    {
      input,
      resampler: createPolyphaseResampler(rate, detectionRate, designDetection),
      players: [{ engine: 1, playback: { playing: true, pause() {}, resume() {} }, duck() {} }],
      engine: 1,
      post: (report) => reports.push(report),
    },
    // The time is a number that the clock allocates.
    () => 0,
  );
  const of = { type: "detection", id: 1 } as const;
  detection.obey({ ...of, order: "begin", kind: "silero", frameLength: 0, rules });
  detection.obey({ ...of, order: "model", memory: unpackWeights(weights.slice().buffer) });
  let quanta = 0;

  function bytesAQuantum(): number {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (const end = quanta + 2000; quanta < end; quanta++) {
      input.block = blocks[quanta % blocks.length] as Float32Array;
      input.time = (quanta * quantum) / rate;
      // Two of 15 post a frame of the microphone.
      detection.push(quanta % 15 < 2);
    }
    return Math.abs(process.memoryUsage().heapUsed - before) / 2000;
  }

  // Until it is compiled it allocates hundreds of bytes. A number has 16; the probability and the time of a window are some.
  let rounds = 0;
  while (bytesAQuantum() > 32 && rounds < 60) rounds++;
  expect(rounds).toBeLessThan(60);
  expect(reports).toEqual([]);
});
