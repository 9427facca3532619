import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlayer, inputRate, steepest, tone } from "../../test/player.js";
import type { PlaybackPosition } from "./position.js";

const fadeLength = 0.005 * inputRate;
/** What a fade changes from one sample to the next at most. */
const fadeSlope = (Math.PI / 2 / fadeLength) * 1.02;

interface Delta {
  turn: number;
  id: string;
  samples: number;
}

interface Sample {
  turn: number;
  value: number;
}

/**
 * What ought to come out, sample by sample, of what goes in. There is no filter between equal rates, so every sample
 * that comes out is one that went in, weakened by a fade; and what tells them apart is that the fade does not jump.
 */
function createModel() {
  // Interruptions cut the stream into segments; what of the last but one is not rendered by then is lost.
  const segments: Sample[][] = [[]];
  let segment = 0;
  let next = 0;
  let gain = 0;
  const deltas: Delta[] = [];
  // The turn of which a sample was rendered, frame by frame; -1 where it was silent.
  const turns: number[] = [];

  function cut(): void {
    segment = segments.length - 1;
    next = 0;
    gain = 0;
  }

  function take(sample: Sample): void {
    turns.push(sample.turn);
    next++;
  }

  function isAttackOfNext(output: number, sample: Sample | undefined): boolean {
    const first = segments.at(-1)?.[0];
    if (first === undefined || Math.abs(output / first.value - 1) > 1e-5) return false;
    return sample === undefined || Math.abs(output / sample.value - gain) > fadeSlope;
  }

  return {
    turns,
    enqueue(turn: number, id: string, values: Int16Array) {
      deltas.push({ turn, id, samples: values.length });
      for (const value of values) segments.at(-1)?.push({ turn, value: value / 32767 });
    },
    interrupt() {
      segments.push([]);
      if (gain === 0) cut();
    },
    hear(output: number) {
      const cutting = segment < segments.length - 1;
      if (cutting && isAttackOfNext(output, segments[segment]?.[next])) cut();
      const sample = segments[segment]?.[next];
      if (output === 0) {
        // The last sample of a fade is weakened to nothing; after it there is silence.
        if (gain > 0 && gain < fadeSlope && sample !== undefined) take(sample);
        else turns.push(-1);
        gain = 0;
        if (segment < segments.length - 1) cut();
        return;
      }
      if (sample === undefined) throw new Error("A sample that nobody enqueued.");
      const heard = output / sample.value;
      // Not by expect(), which takes longer than the rest.
      if (gain > 0 && Math.abs(heard - gain) > fadeSlope) throw new Error(`A step from ${gain} to ${heard}.`);
      if (heard > 1 + 1e-5) throw new Error(`Louder than it was sent: ${heard}.`);
      gain = heard;
      take(sample);
    },
    left: () => (segments[segment]?.length ?? 0) - next,
    /** The position in a turn when the clock stood at `frame`. */
    at(turn: number, frame: number): PlaybackPosition {
      const samples = turns.slice(0, Math.max(0, frame)).filter((heard) => heard === turn).length;
      let whole = 0;
      let deltaId: string | null = null;
      for (const delta of deltas.filter((delta) => delta.turn === turn)) {
        whole += delta.samples;
        if (whole <= samples) deltaId = delta.id;
      }
      return { turnId: `${turn}`, deltaId, byteOffset: samples * 2, ms: (samples * 1000) / inputRate };
    },
  };
}

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("enqueue" as const), samples: fc.integer({ min: 2, max: 3000 }) }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("play" as const), blocks: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("position" as const), latency: fc.integer({ min: 0, max: 3000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("interrupt" as const), latency: fc.integer({ min: 0, max: 3000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("end" as const, "pause" as const, "resume" as const) }) },
);

test("what is rendered is what was enqueued less what was interrupted, and every position is where that stands", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60, size: "max" }), fc.integer(), (actions, seed) => {
      const player = createPlayer(inputRate);
      const model = createModel();
      let turn = 0;
      let delta = 0;
      let state = seed;
      let cuts: { turn: number; frame: number; latency: number }[] = [];
      const values = (samples: number) =>
        Int16Array.from({ length: samples }, () => {
          // Loud enough to be divided by, and different from its neighbours.
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return 8000 + (state >>> 19);
        });
      const checkCuts = () => {
        for (const { rendered, heard } of player.cuts.splice(0)) {
          const reported = Number(rendered.turnId);
          cuts = cuts.filter((cut) => cut.turn >= reported);
          const { frame, latency } = cuts[0]!;
          const end = Math.max(frame, model.turns.lastIndexOf(reported) + 1);
          expect(rendered).toEqual(model.at(reported, end));
          expect(heard).toEqual(model.at(reported, end - latency));
        }
      };
      const play = (blocks: number) => {
        for (let block = 0; block < blocks; block++) {
          const from = player.heard.length;
          player.play(128 / inputRate);
          for (let index = from; index < player.heard.length; index++) model.hear(player.heard[index] as number);
          checkCuts();
        }
      };
      for (const step of actions) {
        if (step.type === "enqueue") {
          const samples = values(step.samples);
          model.enqueue(turn, `${delta}`, samples);
          player.enqueue(samples, `${turn}`, `${delta++}`);
        } else if (step.type === "play") play(step.blocks);
        else if (step.type === "end") player.end(`${turn++}`);
        else if (step.type === "pause") player.pause();
        else if (step.type === "resume") player.resume();
        else if (step.type === "interrupt") {
          // The tail of an earlier one first: what is reported of it is checked when it was heard.
          while (player.isFading()) play(1);
          cuts.push({ turn, frame: model.turns.length, latency: step.latency });
          player.interrupt(step.latency / inputRate);
          model.interrupt();
          turn++;
        } else if (step.type === "position" && !player.isFading()) {
          const positions = player.positions(step.latency / inputRate);
          if (positions === null) continue;
          const now = model.turns.length;
          const current = Number(positions.rendered.turnId);
          expect(positions.rendered).toEqual(model.at(current, now));
          expect(positions.heard).toEqual(model.at(current, now - step.latency));
        }
      }
      player.end(`${turn}`);
      player.resume();
      while (player.isFading()) play(1);
      play(Math.ceil((model.left() + 2000) / 128));
      expect(model.left()).toBe(0);
      // Every sample once; and each turn is told to be over at most once.
      const over = player.events.filter(([name]) => name === "finished" || name === "interrupted");
      const ids = over.map(([, position]) => (position as PlaybackPosition).turnId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, position] of over) {
        const { turnId } = position as PlaybackPosition;
        expect(position).toEqual(model.at(Number(turnId), model.turns.length));
      }
    }),
    { numRuns: process.env.LONG ? 800 : 100 },
  );
});

test("pauses, resumptions, ducking, volume and a network that stalls never make a step", () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("play" as const), blocks: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ type: fc.constant("enqueue" as const), samples: fc.integer({ min: 1, max: 4000 }) }),
    fc.record({ type: fc.constant("gain" as const), gain: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ type: fc.constantFrom("pause" as const, "resume" as const) }),
  );
  // As steep as the sine at full loudness, a fade and a move of the gain at once.
  const bound = 0.5 * (fadeSlope + (Math.PI / 2 / 160) * 1.02 + (2 * Math.PI * 440) / inputRate);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const player = createPlayer(inputRate);
      const sine = tone(20);
      let written = 0;
      for (const step of steps) {
        if (step.type === "play") player.play((step.blocks * 128) / inputRate);
        else if (step.type === "enqueue") {
          player.enqueue(sine.subarray(written, written + step.samples), "a", null);
          written += step.samples;
        } else if (step.type === "gain") player.setGain(step.gain);
        else if (step.type === "pause") player.pause();
        else player.resume();
      }
      player.interrupt();
      player.play(0.1);
      expect(steepest(player.heard)).toBeLessThan(bound);
    }),
    { numRuns: process.env.LONG ? 200 : 25 },
  );
});
