import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pcm } from "../../test/player.js";
import { createRandom } from "../../test/random.js";
import { noise } from "../../test/signals.js";
import { sounds, voice } from "../../test/voices.js";
import { createRingBuffer } from "../dsp/ring-buffer.js";
import { createLateness, type Lateness } from "./lateness.js";
import { createStretch, type Stretch } from "./stretch.js";

interface Message {
  /** When it arrives, in samples of what is read. */
  at: number;
  samples: number;
}

interface Options {
  sampleRate?: number;
  lateness?: Lateness;
  /** Whether the turn is ended with the last message. Default true. */
  ends?: boolean;
  onRead?(stretch: Stretch): void;
}

/** Reads a turn that arrives so, a millisecond at a time, waiting where nothing is left, until all was played. */
function play(source: Int16Array, messages: readonly Message[], options: Options = {}) {
  const { sampleRate = 16000, lateness = createLateness(), ends = true } = options;
  const queue = createRingBuffer(source.length + 1);
  let open = true;
  const stretch = createStretch({ queue, sampleRate, lateness, isOpen: () => open });
  const piece = new Float32Array(Math.ceil(sampleRate / 1000));
  const output: number[] = [];
  // How much had come when each sample was read; the silences, as places in the output.
  const received: number[] = [];
  const silences: number[] = [];
  const restarts = new Set<number>();
  let next = 0;
  let written = 0;
  let playing = false;
  let silentFor = 0;
  // A minute after the last message all has been played, or it never will be.
  const last = (messages.at(-1)?.at ?? 0) + 60 * sampleRate;
  for (let clock = 0; clock < last; clock += piece.length) {
    for (let message = messages[next]; message !== undefined && message.at <= clock; message = messages[++next]) {
      if (next === 0) stretch.beginTurn();
      queue.write(source.subarray(written, written + message.samples));
      written += message.samples;
      lateness.arrived(clock / sampleRate, message.samples / sampleRate, next > 0);
      if (next === messages.length - 1) open = !ends;
    }
    if (
      !playing &&
      lateness.ready(clock / sampleRate, stretch.buffered / sampleRate, !open && next === messages.length)
    ) {
      stretch.start();
      playing = true;
      restarts.add(output.length);
      if (output.length > 0) silences.push(silentFor);
    }
    silentFor += piece.length;
    if (!playing) {
      if (next === messages.length && stretch.buffered === 0) break;
      continue;
    }
    stretch.setTime(clock / sampleRate);
    const count = stretch.read(piece, piece.length);
    for (let index = 0; index < count; index++) {
      output.push(piece[index] as number);
      received.push(written);
    }
    options.onRead?.(stretch);
    if (stretch.length > 0) continue;
    playing = false;
    silentFor = 0;
    lateness.underrun();
  }
  return { output, received, stretch, restarts, silences: silences.map((samples) => samples / sampleRate) };
}

/**
 * Which sample of the source was played furthest before each place of the output, found in the output alone: every sample of
 * the source is another value. A cross-fade counts as the path that it leaves. `null` where a fade hides it.
 */
function trace(source: Int16Array, output: readonly number[], received: readonly number[]): (number | null)[] {
  const places = new Map([...source].map((value, index) => [Math.fround(value / 32767), index]));
  let path = 0;
  let front = 0;
  let known = true;
  let unknownFor = 0;
  return output.map((sample, index) => {
    const place = places.get(sample) ?? NaN;
    // A sample of a cross-fade may have the value of one of the source by chance, but not its neighbour, too.
    if (
      places.get(output[index - 1] as number) === place - 1 ||
      places.get(output[index + 1] as number) === place + 1
    ) {
      // Forward by one, or a step back that has been cross-faded: nothing is ever left out.
      if (known && place > path) throw new Error(`Sample ${path} was left out, ${place} came instead.`);
      path = place + 1;
      known = true;
      unknownFor = 0;
    } else {
      path = Math.min(path + 1, received[index] as number);
      // No cross-fade takes longer than 10 ms.
      if (++unknownFor > 160) known = false;
    }
    front = Math.max(front, path);
    return known ? front : null;
  });
}

/** Sound of a voice in which no sample is like another. */
function distinct(length: number, pitch = 120): Int16Array {
  const used = new Set<number>();
  return pcm(voice(pitch, 16000, length)).map((wanted) => {
    let value = wanted;
    for (let away = 0; used.has(value); away++) value = wanted + (away % 2 === 0 ? away : -away);
    used.add(value);
    return value;
  });
}

const message = fc.record({ gap: fc.integer({ min: 0, max: 3000 }), samples: fc.integer({ min: 1, max: 1600 }) });

function arrive(list: readonly { gap: number; samples: number }[], total: number): Message[] {
  const messages: Message[] = [];
  let at = 0;
  let sent = 0;
  for (let index = 0; sent < total; index++) {
    const { gap, samples } = list[index % list.length] as (typeof list)[0];
    at += gap;
    messages.push({ at, samples: Math.min(samples, total - sent) });
    sent += samples;
  }
  return messages;
}

/** Messages of 20 to 100 ms at the given pace, each up to `late` seconds late, at 16 kHz unless told otherwise. */
function realTime(random: () => number, total: number, late: number, pace = 1, sampleRate = 16000): Message[] {
  const messages: Message[] = [];
  for (let sent = 0, latest = 0; sent < total; ) {
    const samples = Math.min(total - sent, Math.round((0.02 + 0.08 * random()) * sampleRate));
    latest = Math.max(latest, sent / pace + random() * late * sampleRate);
    messages.push({ at: Math.round(latest), samples });
    sent += samples;
  }
  return messages;
}

test("whatever arrives when, everything is played once and in order, and the map of it never goes back", () => {
  const source = distinct(6000);
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), fc.boolean(), (list, ends) => {
      const { output, received, stretch } = play(source, arrive(list, source.length), { ends });
      trace(source, output, received);
      expect(stretch.buffered).toBe(0);
      let before = 0;
      // The map reaches back about a second.
      for (let emitted = output.length - 4000; emitted <= output.length; emitted++) {
        const played = stretch.playedAt(Math.max(0, emitted));
        expect(played).toBeGreaterThanOrEqual(before);
        before = played;
      }
      expect(before).toBe(source.length);
    }),
    { numRuns: process.env.LONG ? 100 : 12 },
  );
});

test("at 1,000 places in stretches and concealments the map says exactly what was played", () => {
  const source = distinct(20_000);
  let checked = 0;
  for (let seed = 1; checked < 1000; seed++) {
    const random = createRandom(seed);
    const asked: { at: number; said: number }[] = [];
    const { output, received } = play(source, realTime(random, source.length, 0.12), {
      onRead(stretch) {
        // Any moment of the last 100 ms, as the output's latency asks for.
        const at = Math.max(0, stretch.emitted - Math.floor(random() * 1600));
        asked.push({ at, said: stretch.playedAt(at) });
      },
    });
    const truth = trace(source, output, received);
    for (const { at, said } of asked) {
      const expected = at === 0 ? 0 : truth[at - 1];
      if (expected === null) continue;
      expect(said).toBe(expected);
      // Before the first step it would be exact anyhow.
      if (said !== at) checked++;
    }
  }
});

test("what is read is what came, what was stretched and what was concealed, whatever arrives when", () => {
  const arrivals = fc.array(fc.record({ at: fc.nat(32_000), samples: fc.nat(4000) }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(arrivals, fc.boolean(), (some, ends) => {
      const messages = some.sort((one, other) => one.at - other.at);
      const source = pcm(
        voice(
          120,
          16000,
          messages.reduce((sum, { samples }) => sum + samples, 0),
        ),
      );
      const { stretch } = play(source, messages, {
        ends,
        onRead: ({ emitted, stretched, concealed, playedAt }) =>
          expect(playedAt(emitted) + stretched + concealed).toBe(emitted),
      });
      expect(stretch.stretched).toBeGreaterThanOrEqual(0);
      expect(stretch.concealed).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 50 },
  );
  // One that is late all the time is stretched, and concealed where nothing comes; one that is there is neither.
  const source = pcm(voice(120, 16000, 32_000));
  const late = play(source, realTime(createRandom(1), source.length, 0.15)).stretch;
  expect(Math.min(late.stretched, late.concealed)).toBeGreaterThan(80);
  const { stretched, concealed } = play(source, [{ at: 0, samples: source.length }]).stretch;
  expect([stretched, concealed]).toEqual([0, 0]);
});

test("silence is never longer than the network was late, and 30 ms", () => {
  const source = distinct(16_000);
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 600 }), (seed, lateMs) => {
      const messages = realTime(createRandom(seed), source.length, lateMs / 1000);
      let sent = 0;
      const lates = messages.map(({ at, samples }) => {
        sent += samples;
        return (at - sent + samples) / 16000;
      });
      const { silences } = play(source, messages);
      const late = Math.max(...lates) - Math.min(...lates);
      for (const silence of silences) expect(silence).toBeLessThanOrEqual(late + 0.03);
    }),
    { numRuns: process.env.LONG ? 200 : 25 },
  );
});

describe("every sound at every rate", () => {
  for (const sampleRate of [3000, 8000, 16000, 24000, 44100, 48000, 96000, 192000]) {
    test(`of ${sampleRate} Hz has no click and no NaN where the network stalls, and all of it is played`, () => {
      for (const [name, sound] of Object.entries(sounds)) {
        const floats = sound(sampleRate, sampleRate);
        const source = pcm(floats);
        for (const late of [0.05, 0.2]) {
          const { output, stretch, restarts } = play(
            source,
            realTime(createRandom(3), source.length, late, 1, sampleRate),
            {
              sampleRate,
            },
          );
          const steepest = floats.reduce(
            (most, sample, at) => Math.max(most, Math.abs(sample - (floats[at - 1] ?? sample))),
            0,
          );
          const peak = floats.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
          // As steep as the sound itself, a fade-in of 5 ms, and a cross-fade of 2.5 ms at least between opposite samples.
          const bound = steepest + peak * (Math.PI / 2) * (1 / (0.005 * sampleRate) + 2 / (0.0025 * sampleRate)) + 1e-4;
          for (let at = 1; at < output.length; at++) {
            // After silence the player fades in.
            if (restarts.has(at)) continue;
            const step = Math.abs((output[at] as number) - (output[at - 1] as number));
            if (!(step <= bound)) throw new Error(`${name}, ${late}: a step of ${step} at ${at}, more than ${bound}.`);
          }
          expect(stretch.playedAt(stretch.emitted), name).toBe(source.length);
        }
      }
    });
  }
});

function power(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

test("nothing plays slower than by a tenth in any second, however much it would help", () => {
  const hoarse = (rate: number, length: number) => {
    const breath = noise(length);
    const loudness = Math.sqrt(power(breath) / power(voice(120, rate, length)));
    return voice(120, rate, length).map((sample, at) => (sample * loudness + (breath[at] as number)) / 2);
  };
  for (const [name, sound] of Object.entries({ ...sounds, hoarse })) {
    const source = pcm(sound(16000, 16000 * 6));
    const lateness = { ...createLateness(), isTight: () => true };
    const played: number[] = [];
    const queue = createRingBuffer(source.length);
    const stretch = createStretch({ queue, sampleRate: 16000, lateness, isOpen: () => true });
    stretch.beginTurn();
    queue.write(source);
    stretch.start();
    const piece = new Float32Array(16);
    while (stretch.playedAt(stretch.emitted) < source.length - 1600) {
      stretch.read(piece, 16);
      played.push(stretch.playedAt(stretch.emitted));
    }
    for (let at = 1000; at < played.length; at++) {
      const second = (played[at] as number) - (played[at - 1000] as number);
      if (second < 14400) throw new Error(`${name}: ${second} samples in a second.`);
    }
    // A voice is stretched as far as it may be; of noise no two periods are alike, nor of a voice in as much noise.
    const share = played.length * 16 - source.length;
    if (name.startsWith("a voice of 1")) expect(share).toBeGreaterThan(0.04 * source.length);
    if (name === "noise" || name === "hoarse") expect(share).toBeLessThan(0.001 * source.length);
  }
});

test("a stretch keeps the pitch, and the tone goes on without a seam", () => {
  const pitch = 200;
  const source = pcm(
    Float32Array.from({ length: 48_000 }, (_, at) => 0.5 * Math.sin((2 * Math.PI * pitch * at) / 16000)),
  );
  const { output } = play(source, realTime(createRandom(1), source.length, 0.1));
  expect(output.length).toBeGreaterThan(source.length + 300);
  const crossings = output.flatMap((sample, at) => {
    const before = output[at - 1] ?? 0;
    return before < 0 && sample >= 0 ? [at - sample / (sample - before)] : [];
  });
  const cents = 1200 * Math.log2(16000 / ((crossings.at(-2)! - crossings[1]!) / (crossings.length - 3)) / pitch);
  expect(Math.abs(cents)).toBeLessThan(1);
});

test("the silence before the first sound of a turn is not made longer, a pause later in it is", () => {
  const source = new Int16Array(24_000);
  source.set(pcm(voice(120, 16000, 4000)), 8000);
  const lateness = { ...createLateness(), isTight: () => true };
  const queue = createRingBuffer(source.length);
  const stretch = createStretch({ queue, sampleRate: 16000, lateness, isOpen: () => true });
  for (let turn = 0; turn < 2; turn++) {
    stretch.beginTurn();
    queue.write(source);
    stretch.start();
    const [from, before] = [stretch.emitted, stretch.playedAt(stretch.emitted)];
    stretch.read(new Float32Array(7500), 7500);
    expect(stretch.playedAt(from + 7500) - before).toBe(7500);
    stretch.read(new Float32Array(14_000), 14_000);
    expect(stretch.playedAt(stretch.emitted) - before).toBeLessThan(21_000);
    stretch.clear(stretch.playedAt(stretch.emitted));
    queue.clear();
  }
});
