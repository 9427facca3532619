import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markedSpeech } from "../../test/marked-speech.js";
import { arrivals, networks } from "../../test/networks.js";
import { createPlayer, inputRate, pcm, position, steepest } from "../../test/player.js";
import { createRandom } from "../../test/random.js";
import { simulate } from "../../test/simulation.js";
import { voice } from "../../test/voices.js";
import type { PlaybackPosition } from "./position.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("12 s of speech", async () => {
  const seconds = 12;
  const speech = await markedSpeech(seconds);
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  /** What is allowed of a network, on average: silences, ms of silence, share stretched. */
  const bounds: Record<string, readonly [gaps: number, silenceMs: number, stretched: number]> = {
    "1×, 0–150 ms": [0.125, 8, 0.015],
    "1×, 0–40 ms": [0, 0, 0.01],
    "1×, mixed sizes, no jitter": [0, 0, 0.01],
    "1×, 20 ms, 0–40 ms": [0, 0, 0.01],
    "1×, 100 ms, no jitter": [0, 0, 0.01],
    "1.25×, 0–150 ms": [0.125, 6, 0.01],
    "2×, 0–150 ms": [0.125, 3, 0.01],
    "0.95×, 0–40 ms": [0, 0, 0.06],
    mobile: [1.125, 150, 0.02],
    "1×, a stall of 300 ms": [1, 100, 0.015],
  };

  test.each(Object.entries(networks))(
    "over %s: less silence than with a jitter buffer, and no later",
    (name, network) => {
      const outcomes = (playout: "adaptive" | "plain") =>
        seeds.map((seed) => simulate(speech, arrivals(network, seconds, createRandom(seed)), playout));
      const adaptive = outcomes("adaptive");
      const plain = outcomes("plain");
      const [gaps, silenceMs, stretched] = bounds[name] ?? [0, 0, 0];
      const silence = mean(adaptive.map((outcome) => outcome.silenceMs));
      expect(mean(adaptive.map((outcome) => outcome.gaps))).toBeLessThanOrEqual(gaps);
      expect(silence).toBeLessThanOrEqual(silenceMs);
      expect(silence).toBeLessThanOrEqual(mean(plain.map((outcome) => outcome.silenceMs)));
      expect(mean(adaptive.map((outcome) => outcome.stretched))).toBeLessThanOrEqual(stretched);
      for (const [index, outcome] of adaptive.entries()) {
        expect(outcome.wholeMs).toBeCloseTo(seconds * 1000, 6);
        expect(outcome.underruns).toBeLessThanOrEqual(outcome.gaps);
        // A quantum, and what a first sample that happens to be 0 makes of it.
        expect(outcome.firstMs).toBeLessThanOrEqual((plain[index]?.firstMs ?? 0) + 3);
      }
    },
  );
});

const speech = pcm(voice(130, inputRate, inputRate * 4));

/** A player of which 200 ms of a turn came, and nothing since; without more it is silent after 300 ms. */
function starving(ms: number) {
  const player = createPlayer(48000, "adaptive");
  player.enqueue(speech.subarray(0, 3200), "a", "1");
  player.play(ms / 1000);
  return player;
}

/** When the last sample that came was played, and when there was silence, in ms. */
const [allPlayedAt, silentAt] = (() => {
  const player = createPlayer(48000, "adaptive");
  player.enqueue(speech.subarray(0, 3200), "a", "1");
  let played = 0;
  while (!player.names().includes("underrun")) {
    player.play(0.001, 48);
    if ((player.positions(0)?.rendered.ms ?? 0) < 200) played = player.heard.length / 48;
  }
  return [played, player.heard.length / 48];
})();

/** As steep as the voice itself, a fade and a cross-fade make it. */
const bound = steepest([...speech].map((sample) => sample / 32767)) + 0.05;

describe("while it conceals", () => {
  // From before the cross-fade to the silence behind the fade, between any two quanta.
  const moments = Array.from({ length: 34 }, (_, index) => allPlayedAt - 14 + (128 / 48) * index);

  test("what arrives simply follows, and everything is played", () => {
    for (const ms of moments) {
      const player = starving(ms);
      player.enqueue(speech.subarray(3200, 8000), "a", "2");
      player.end("a");
      player.play(0.6);
      expect(steepest(player.heard)).toBeLessThan(bound);
      expect(player.events.at(-1)).toEqual(["finished", position("a", "2", 500)]);
      // Of an underrun is told where silence was heard, and only there.
      if (ms < silentAt - 3) expect(player.names()).toEqual(["started", "finished"]);
      else if (ms > silentAt) expect(player.names()).toEqual(["started", "underrun", "started", "finished"]);
    }
  });

  test("an underrun is told when it has come to silence, with all that came as its position", () => {
    const player = starving(400);
    expect(player.events).toEqual([
      ["started", "a"],
      ["underrun", position("a", "1", 200)],
    ]);
    // 20 ms at full loudness, and 60 ms of fading.
    const sound = player.heard.findLastIndex((sample) => sample !== 0) / 48;
    expect(sound - allPlayedAt).toBeGreaterThan(77);
    expect(sound - allPlayedAt).toBeLessThan(85);
  });

  test("it goes on after silence with 20 ms, from the sample played last", () => {
    const player = starving(400);
    player.enqueue(speech.subarray(3200, 3200 + 304), "a", "2");
    player.play(0.003);
    expect(player.names().at(-1)).toBe("underrun");
    player.enqueue(speech.subarray(3504, 3504 + 16), "a", "2");
    player.play(0.003);
    expect(player.events.at(-1)).toEqual(["started", "a"]);
    expect(player.positions(0)?.rendered.ms).toBeGreaterThan(202);
    expect(player.positions(0)?.rendered.ms).toBeLessThan(206);
  });

  test("how long it was silent is told when it goes on, unless it was paused, or another turn follows", () => {
    for (const [what, silences] of [
      ["goes on", [expect.closeTo(400 - silentAt, -1)]],
      ["is paused", []],
      ["is another", []],
    ] as const) {
      const player = starving(400);
      if (what === "is paused") {
        player.pause();
        player.resume();
      }
      player.enqueue(speech.subarray(3200, 8000), what === "is another" ? "b" : "a", "2");
      player.play(0.1);
      expect(player.names().at(-1)).toBe("started");
      expect(player.silences).toEqual(silences);
    }
  });

  test("the end of the turn ends it: no further step, and nothing is left out", () => {
    for (const ms of moments) {
      const player = starving(ms);
      player.end("a");
      player.play(0.1);
      expect(player.events.at(-1)).toEqual(["finished", position("a", "1", 200)]);
      const sound = player.heard.findLastIndex((sample) => sample !== 0) / 48;
      expect(sound).toBeLessThan(Math.max(allPlayedAt, ms) + 18 + 10);
      expect(steepest(player.heard.slice(0, Math.round(sound * 48)))).toBeLessThan(bound);
    }
  });

  test("an interruption fades out in 5 ms and tells that all was heard; what follows plays in full", () => {
    for (const ms of moments) {
      const player = starving(ms);
      const running = !player.names().includes("underrun");
      player.interrupt();
      const at = player.heard.length;
      player.enqueue(speech.subarray(0, 4800), "b", "1");
      player.end("b");
      player.play(0.4);
      expect(player.cuts).toHaveLength(running ? 1 : 0);
      if (running && ms > allPlayedAt) expect(player.cuts[0]?.rendered).toEqual(position("a", "1", 200));
      expect(player.events.at(-1)).toEqual(["finished", position("b", "1", 300)]);
      expect(steepest(player.heard)).toBeLessThan(bound);
      expect(player.heard.findLastIndex((sample) => sample !== 0) - at).toBeLessThanOrEqual(0.305 * 48000 + 128);
    }
  });

  test("a pause holds it, and it goes on where it was", () => {
    for (const ms of moments) {
      const player = starving(ms);
      player.pause();
      player.play(0.1);
      expect(player.heard.slice(-1000).every((sample) => sample === 0)).toBe(true);
      player.enqueue(speech.subarray(3200, 8000), "a", "2");
      player.end("a");
      player.resume();
      player.play(0.6);
      expect(steepest(player.heard)).toBeLessThan(bound);
      expect(player.events.at(-1)).toEqual(["finished", position("a", "2", 500)]);
    }
  });

  test("the next turn follows without an underrun, and no step leads back before its beginning", () => {
    for (const ms of moments) {
      const player = starving(ms);
      const underran = player.names().includes("underrun");
      player.enqueue(speech.subarray(8000, 9000), "b", "1");
      player.play(0.01);
      player.enqueue(speech.subarray(9000, 16_000), "b", "2");
      player.end("b");
      player.play(0.8);
      const names = player.names().slice(underran ? 2 : 1);
      expect(names).toEqual(["finished", "started", "finished"]);
      expect(player.events.at(-1)).toEqual(["finished", position("b", "2", 500)]);
    }
  });
});

test("a server that never says end: each turn fades out, and the next begins as from cold", () => {
  const player = createPlayer(48000, "adaptive");
  for (const turn of ["a", "b", "c"]) {
    player.enqueue(speech.subarray(0, 4800), turn, "1");
    player.play(0.6);
    expect(player.events.at(-1)).toEqual(["underrun", position(turn, "1", 300)]);
  }
  expect(player.names().filter((name) => name === "finished")).toHaveLength(2);
});

test("whatever happens in whatever order, sound is bounded, turns report once, and it comes to rest", () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ enqueue: fc.integer({ min: 0, max: 3000 }) }) },
    { weight: 6, arbitrary: fc.record({ play: fc.integer({ min: 1, max: 40 }) }) },
    fc.constantFrom(
      { end: true } as const,
      { interrupt: true } as const,
      { pause: true } as const,
      { resume: true } as const,
    ),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40, size: "max" }), (actions) => {
      const player = createPlayer(44100, "adaptive");
      let turn = 0;
      let written = 0;
      let before = { turnId: "", ms: 0 };
      for (const step of actions) {
        if ("enqueue" in step) {
          const from = written % 40_000;
          player.enqueue(speech.subarray(from, from + step.enqueue), `${turn}`, null);
          written += step.enqueue;
        } else if ("play" in step) player.play((step.play * 128) / 44100);
        else if ("end" in step) player.end(`${turn++}`);
        else if ("pause" in step) player.pause();
        else if ("resume" in step) player.resume();
        else {
          player.interrupt();
          turn++;
        }
        // Within a turn the position never goes back, and what is heard is never ahead of what is rendered.
        const positions = player.positions(0.02);
        if (positions === null) continue;
        const { rendered, heard } = positions;
        if (rendered.turnId === before.turnId) expect(rendered.ms).toBeGreaterThanOrEqual(before.ms);
        expect(heard.ms).toBeLessThanOrEqual(rendered.ms);
        before = rendered;
      }
      player.end(`${turn}`);
      player.resume();
      player.play((written / inputRate) * 1.2 + 0.5);
      const rest = player.heard.length;
      player.play(0.1);
      expect(player.heard.slice(rest).every((sample) => sample === 0)).toBe(true);
      expect(player.heard.every((sample) => Math.abs(sample) < 1)).toBe(true);
      const over = player.events.filter(([name]) => name === "finished" || name === "interrupted");
      const ids = over.map(([, value]) => (value as PlaybackPosition).turnId);
      expect(new Set(ids).size).toBe(ids.length);
      const rendered = over.reduce((sum, [, value]) => sum + (value as PlaybackPosition).ms, 0);
      expect(rendered).toBeLessThanOrEqual((written * 1000) / inputRate + 1e-6);
    }),
    { numRuns: process.env.LONG ? 200 : 25 },
  );
});
