import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { join, mix, noise, silence, speech, trim } from "../../test/speech.js";
import { durationOf, microphoneRate } from "../pcm.js";
import { levelOf, VoiceActivity } from "./voice-activity.js";

let question: Int16Array;
let statement: Int16Array;

beforeAll(async () => {
  const spoken = await speech("What is the weather like in London today?", "It is raining, as it always does.");
  [question, statement] = spoken.map(trim) as [Int16Array, Int16Array];
});

function changesIn(pcm: Int16Array, raisedBy = 0): readonly string[] {
  return new VoiceActivity().push(pcm, raisedBy);
}

describe("with real speech", () => {
  test("hears one utterance and its length", () => {
    const activity = new VoiceActivity();
    expect(activity.push(join([silence(500), question, silence(1000)]))).toEqual(["started", "ended"]);
    const { start, end } = activity.bounds!;
    const ms = (samples: number) => durationOf(samples, microphoneRate);
    expect(Math.abs(ms(start) - 500)).toBeLessThan(100);
    expect(Math.abs(ms(end) - 500 - ms(question.length))).toBeLessThan(150);
  });

  test("a pause for breath does not end the turn, a real pause does", () => {
    expect(changesIn(join([question, silence(500), statement, silence(1000)]))).toEqual(["started", "ended"]);
    expect(changesIn(join([question, silence(1200), statement, silence(1000)]))).toEqual([
      "started",
      "ended",
      "started",
      "ended",
    ]);
  });

  test("hears speech above steady noise, and its end, once it knows the noise", () => {
    const activity = new VoiceActivity();
    const room = noise(4000, -46);
    expect(activity.push(room)).toEqual([]);
    const said = join([question, silence(1500)]);
    expect(activity.push(mix(said, noise(durationOf(said.length, microphoneRate), -46)))).toEqual(["started", "ended"]);
  });

  test("quiet speech is heard, a whisper below the threshold is not", () => {
    expect(changesIn(join([question.map((s) => s / 4), silence(1000)]))).toEqual(["started", "ended"]);
    expect(changesIn(join([question.map((s) => s / 400), silence(1000)]))).toEqual([]);
  });

  test("a raised threshold leaves out what a loudspeaker leaks", () => {
    const gain = 10 ** ((-38 - levelOf(question)) / 20);
    const leak = question.map((sample) => sample * gain);
    const settled = join([silence(500), leak, silence(1000)]);
    expect(changesIn(settled)).toContain("started");
    expect(changesIn(settled, 12)).toEqual([]);
  });
});

test("loud noise from the first sample on is no endless speech", () => {
  expect(changesIn(noise(8000, -40)).at(-1)).not.toBe("started");
});

test.each([
  ["silence", silence(3000)],
  ["a click", join([silence(500), noise(40, -12), silence(1000)])],
  ["a constant offset", silence(1000).fill(4000)],
  ["quiet noise", noise(3000, -55)],
])("%s is not speech", (_, pcm) => {
  expect(changesIn(pcm)).toEqual([]);
});

test("any split of the stream gives the same changes and bounds", () => {
  const pcm = join([silence(200), question, silence(900), statement, silence(900)]);
  const whole = new VoiceActivity();
  const changes = whole.push(pcm);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 30 }), (sizes) => {
      const activity = new VoiceActivity();
      const heard: string[] = [];
      for (let at = 0, i = 0; at < pcm.length; i++) {
        const size = sizes[i % sizes.length]!;
        heard.push(...activity.push(pcm.slice(at, at + size)));
        at += size;
      }
      expect(heard).toEqual(changes);
      expect(activity.bounds).toEqual(whole.bounds);
    }),
    { numRuns: 30 },
  );
});

test("after a reset the old speech is forgotten, the room is not", () => {
  const activity = new VoiceActivity();
  activity.push(join([question, silence(100)]));
  expect(activity.speaking).toBe(true);
  activity.reset();
  expect([activity.speaking, activity.bounds]).toEqual([false, null]);
  expect(activity.push(silence(2000))).toEqual([]);
});

test("levelOf is the RMS relative to full scale", () => {
  const sine = new Int16Array(8000).map((_, i) => Math.round(32767 * Math.sin((2 * Math.PI * 1000 * i) / 8000)));
  expect(levelOf(sine)).toBeCloseTo(-3.01, 1);
  expect(levelOf(new Int16Array(0))).toBe(-100);
});
