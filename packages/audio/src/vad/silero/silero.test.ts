import { fileURLToPath } from "node:url";
import { synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { readSilero, sileroModel } from "../../../build/silero.js";
import { noise } from "../../../test/signals.js";
import { contextLength, frameLength, stateAt } from "./layout.js";
import { createSilero } from "./silero.js";
import { createMemory, packWeights, unpackWeights, weightsLength } from "./weights.js";

let learned: Float32Array;
/** Two sentences by two voices, with noise behind the second. */
let speech: Float32Array;

beforeAll(async () => {
  learned = await readSilero();
  const [first, second] = await Promise.all([
    synthesizeSpeech("The quick brown fox jumps over the lazy dog."),
    synthesizeSpeech("She sells sea shells by the sea shore.", { voice: "kal16" }),
  ]);
  const noisy = toFloat(second.samples).map((sample, index) => sample + 0.03 * (hiss[index % hiss.length] as number));
  speech = Float32Array.from([...toFloat(first.samples), ...new Float32Array(8000), ...noisy]);
});

const hiss = noise(16000);

function createExact() {
  const memory = createMemory();
  memory.set(learned);
  return { silero: createSilero(memory), memory };
}

/** The probability of each frame, computed whole. */
function probabilitiesOf(silero: ReturnType<typeof createSilero>, samples: Float32Array): number[] {
  const probabilities: number[] = [];
  for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
    silero.push(samples.subarray(at, at + frameLength), frameLength);
    expect(silero.run(Infinity)).toBe(true);
    probabilities.push(silero.probability);
  }
  return probabilities;
}

async function probabilitiesOfRuntime(samples: Float32Array): Promise<number[]> {
  const session = await InferenceSession.create(fileURLToPath(sileroModel));
  const sr = new Tensor("int64", [16000n], []);
  const window = new Float32Array(contextLength + frameLength);
  let state: Tensor = new Tensor("float32", new Float32Array(256), [2, 1, 128]);
  const probabilities: number[] = [];
  for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
    window.copyWithin(0, frameLength);
    window.set(samples.subarray(at, at + frameLength), contextLength);
    const { output, stateN } = await session.run({ input: new Tensor("float32", window.slice(), [1, 576]), state, sr });
    probabilities.push(output!.data[0] as number);
    state = stateN!;
  }
  return probabilities;
}

const distance = (a: number[], b: number[]) => Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));

test("gives what onnxruntime makes of the same model, to 1e-5; with integers as weights, nearly", async () => {
  const expected = await probabilitiesOfRuntime(speech);
  expect(expected.filter((probability) => probability > 0.9).length).toBeGreaterThan(50);
  expect(expected.filter((probability) => probability < 0.1).length).toBeGreaterThan(10);
  expect(distance(probabilitiesOf(createExact().silero, speech), expected)).toBeLessThan(1e-5);
  const packed = createSilero(unpackWeights(packWeights(learned).buffer));
  expect(distance(probabilitiesOf(packed, speech), expected)).toBeLessThan(0.2);
});

describe("sliced", () => {
  const blocks = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 });

  test("equals unsliced, bit for bit, whatever the blocks and the budgets", () => {
    const part = speech.subarray(0, 40 * frameLength);
    const expected = probabilitiesOf(createExact().silero, part);
    fc.assert(
      fc.property(blocks, fc.integer({ min: 2, max: 10 }), (lengths, share) => {
        const { silero } = createExact();
        const probabilities: number[] = [];
        for (let at = 0, turn = 0; at < part.length; turn++) {
          const block = part.subarray(at, at + lengths[turn % lengths.length]!);
          at += block.length;
          silero.push(block, block.length);
          // As often as a quantum of 43 samples comes.
          for (let left = block.length; left > 0; left -= 43) {
            if (silero.run(silero.cost / share)) probabilities.push(silero.probability);
          }
        }
        for (let left = 1000; left > 0; left--) if (silero.run(0)) probabilities.push(silero.probability);
        expect(probabilities).toEqual(expected);
        expect(silero.skipped).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  test("two of them at once, step by step, know nothing of each other; extra windows change nothing", () => {
    const one = createExact().silero;
    const other = createExact().silero;
    const a = speech.subarray(0, 20 * frameLength);
    const b = speech.subarray(60 * frameLength, 80 * frameLength);
    const found: [number[], number[]] = [[], []];
    let looks = 0;
    for (let at = 0; at < a.length; at += 64) {
      one.push(a.subarray(at, at + 64), 64);
      other.push(b.subarray(at, at + 64), 64);
      for (let step = 0; step < 100; step++) {
        if (one.run(0)) found[0].push(one.probability);
        if (other.run(0)) found[1].push(other.probability);
        if (one.look(0)) looks++;
      }
    }
    expect(found[0]).toEqual(probabilitiesOf(createExact().silero, a).slice(0, found[0].length));
    expect(found[1]).toEqual(probabilitiesOf(createExact().silero, b).slice(0, found[1].length));
    expect(found[0].length).toBeGreaterThan(18);
    expect(looks).toBeGreaterThan(5);
  });

  test("most of the work is done when the last sample comes", () => {
    const { silero } = createExact();
    const frame = speech.subarray(0, frameLength);
    let before = 0;
    silero.push(frame, frameLength - 1);
    for (let calls = 0; calls < 1000; calls++) silero.run(0);
    silero.push(frame.subarray(frameLength - 1), 1);
    while (!silero.run(0)) before++;
    // Of 184 steps.
    expect(before).toBeLessThan(85);
  });
});

test("an extra window hears speech before the frame is full, and says nothing that the frame does not", () => {
  const { silero } = createExact();
  const onset = Float32Array.from([...new Float32Array(10 * frameLength), ...speech.subarray(2 * frameLength)]);
  let first: { at: number; kind: string } | null = null;
  for (let at = 0; at < onset.length && first === null; at += 32) {
    silero.push(onset.subarray(at, at + 32), 32);
    if (silero.run(Infinity) && silero.probability > 0.5) first = { at, kind: "frame" };
    else if (silero.look(Infinity)) {
      expect(silero.behind).toBe(0);
      if (silero.probability > 0.5) first = { at, kind: "look" };
    }
  }
  expect(first?.kind).toBe("look");
});

test("falls behind, hears the newest frame, and counts that", () => {
  const { silero } = createExact();
  for (let frame = 0; frame < 10; frame++) {
    silero.push(speech.subarray(frame * frameLength, (frame + 1) * frameLength), frameLength);
  }
  expect(silero.skipped).toBeGreaterThan(0);
  let frames = 0;
  while (silero.run(Infinity)) frames++;
  // It skipped to the fifth frame, then to the ninth: that one and the last are left.
  expect(frames).toBe(2);
  expect(silero.behind).toBe(0);
});

test("what is no number is forgotten with its frame", () => {
  const { silero, memory } = createExact();
  const broken = speech.slice(0, 5 * frameLength);
  broken[700] = NaN;
  const probabilities = probabilitiesOf(silero, broken);
  expect(probabilities.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
  const after = probabilitiesOf(silero, speech.subarray(5 * frameLength));
  expect(memory.subarray(stateAt, stateAt + 256).every(Number.isFinite)).toBe(true);
  expect(Math.max(...after)).toBeGreaterThan(0.9);
});

test("reset() begins anew, to the bit", () => {
  const { silero } = createExact();
  const part = speech.subarray(0, 20 * frameLength);
  const expected = probabilitiesOf(silero, part);
  silero.push(speech, 300);
  silero.run(10_000);
  silero.reset();
  expect(probabilitiesOf(silero, part)).toEqual(expected);
});

test("a stream much longer than the ring keeps its places", () => {
  const { silero } = createExact();
  const part = speech.subarray(0, 100 * frameLength);
  const probabilities = probabilitiesOf(silero, part);
  expect(probabilities).toHaveLength(100);
  silero.reset();
  // The ring holds 8 frames.
  expect(probabilitiesOf(silero, part)).toEqual(probabilities);
});

test("packing again what was packed changes nothing", () => {
  const file = packWeights(learned);
  expect(file.length).toBe(weightsLength);
  expect(packWeights(unpackWeights(file.buffer))).toEqual(file);
});
