import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPlayer, inputRate, pcm, position, steepest, tone } from "../../test/player.js";
import { noise, resampleAll, rms } from "../../test/signals.js";
import { fitSine } from "../../test/sine.js";
import { pcm16ToFloat } from "../dsp/pcm.js";
import { createResampler } from "../dsp/resampler.js";
import type { PlaybackPosition } from "./position.js";

/** What the resampler makes of a whole reply, without its delay. */
function rendered(reply: Int16Array, outputRate: number): Float32Array {
  const resampler = createResampler({ from: inputRate, to: outputRate });
  const floats = new Float32Array(reply.length + 200);
  pcm16ToFloat(reply, floats);
  const length = Math.ceil((reply.length * outputRate) / inputRate);
  return resampleAll(resampler, floats)
    .subarray(Math.round(resampler.delay * outputRate))
    .subarray(0, length);
}

describe("a reply", () => {
  test("plays bit by bit what the resampler makes of it, however it is cut, and to the last sample", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 20 });
    const rates = fc.constantFrom(8000, 16000, 22050, 44100, 48000, 96000);
    fc.assert(
      fc.property(cuts, rates, fc.integer({ min: 1, max: 5000 }), (lengths, outputRate, total) => {
        fc.pre(lengths.some((length) => length > 0));
        const player = createPlayer(outputRate);
        const reply = pcm(noise(total));
        for (let at = 0, turn = 0; at < total; turn++) {
          const length = lengths[turn % lengths.length] ?? 1;
          player.enqueue(reply.subarray(at, at + length), "a", `${turn}`);
          at += length;
        }
        player.end("a");
        player.play(total / inputRate + 0.02);
        const expected = rendered(reply, outputRate);
        expect(player.heard.slice(0, expected.length)).toEqual([...expected]);
        expect(player.heard.slice(expected.length).every((sample) => sample === 0)).toBe(true);
        expect(player.events).toEqual([
          ["started", "a"],
          ["finished", position("a", expect.any(String), (total * 1000) / inputRate)],
        ]);
      }),
      { numRuns: process.env.LONG ? 120 : 15 },
    );
  });

  test("that arrives while it plays has no gap", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "0");
    for (let delta = 1; delta < 20; delta++) {
      player.play(0.05);
      player.enqueue(tone(0.05, 0.05 + delta * 0.05), "a", `${delta}`);
    }
    player.end("a");
    player.play(0.2);
    const middle = player.heard.slice(480, 1.04 * 48000);
    expect(fitSine(middle, 440, 48000).residual).toBeLessThan(-85);
    expect(player.names()).toEqual(["started", "finished"]);
  });

  test("waits for 60 ms of sound, for its end, or for 60 ms without more", () => {
    const waits = createPlayer();
    waits.enqueue(tone(0.059), "a", null);
    waits.play(0.05);
    expect(rms(waits.heard)).toBe(0);
    waits.enqueue(tone(0.001), "a", null);
    waits.play(0.01);
    expect(waits.names()).toEqual(["started"]);

    const ends = createPlayer();
    ends.enqueue(tone(0.01), "a", null);
    ends.end("a");
    ends.play(0.02);
    expect(ends.names()).toEqual(["started", "finished"]);

    const whole = createPlayer();
    whole.enqueue(tone(0.03), "a", null);
    whole.play(0.2);
    expect(whole.names()).toEqual(["started", "underrun"]);
  });

  test("follows another one without a gap, each with its own events", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.end("a");
    player.enqueue(tone(0.1, 0.1), "b", "1");
    player.end("b");
    player.play(0.25);
    expect(player.events).toEqual([
      ["started", "a"],
      ["finished", position("a", "1", 100)],
      ["started", "b"],
      ["finished", position("b", "1", 100)],
    ]);
    expect(fitSine(player.heard.slice(480, 9120), 440, 48000).residual).toBeLessThan(-85);
  });

  test.each(["adaptive", "plain"] as const)("whose first message is empty is like any other: %s", (playout) => {
    const play = (isEmpty: boolean) => {
      const player = createPlayer(48000, playout);
      player.enqueue(tone(1.5), "a", "1");
      player.end("a");
      player.play(5);
      if (isEmpty) player.enqueue(new Int16Array(), "b", "1");
      for (let delta = 0; delta < 50; delta++) {
        player.enqueue(tone(0.04, delta * 0.04), "b", "2");
        player.play(0.04);
      }
      return player.heard;
    };
    expect(play(true)).toEqual(play(false));
  });

  test("is told to be full once, until it was empty", () => {
    const player = createPlayer(8000);
    const minutes = (count: number, turnId: string) =>
      player.enqueue(new Int16Array(count * 60 * inputRate), turnId, null);
    minutes(9, "a");
    minutes(2, "b");
    minutes(1, "b");
    minutes(1, "c");
    expect(player.events).toEqual([["full", "b"]]);
    player.interrupt();
    minutes(11, "d");
    expect(player.names()).toEqual(["full", "interrupted", "full"]);
  });

  test("of any length is bounded at ten minutes", () => {
    const player = createPlayer(8000);
    const minute = new Int16Array(60 * inputRate);
    for (let minutes = 0; minutes < 12; minutes++) player.enqueue(minute, "a", `${minutes}`);
    player.end("a");
    player.play(601, 8000);
    expect(player.events.at(-1)).toEqual(["finished", position("a", "9", 600_000)]);
  });
});

describe("an underrun", () => {
  test.each(["adaptive", "plain"] as const)("is none of a turn of which nothing has come yet: %s", (playout) => {
    const player = createPlayer(48000, playout);
    player.enqueue(tone(0.5), "a", "1");
    player.end("a");
    player.enqueue(new Int16Array(), "b", "1");
    player.play(1);
    player.enqueue(tone(0.2), "b", "2");
    player.end("b");
    player.play(0.3);
    expect(player.names()).toEqual(["started", "finished", "started", "finished"]);
    expect(player.silences).toEqual([]);
  });

  test("fades out and in, loses nothing, and waits for 100 ms", () => {
    const player = createPlayer();
    player.enqueue(tone(0.2), "a", "1");
    player.play(0.3);
    expect(player.events).toEqual([
      ["started", "a"],
      ["underrun", position("a", "1", 200)],
    ]);
    player.enqueue(tone(0.09, 0.2), "a", "2");
    player.play(0.05);
    expect(player.events).toHaveLength(2);
    player.enqueue(tone(0.01, 0.29), "a", "3");
    player.end("a");
    player.play(0.2);
    expect(player.events.slice(2)).toEqual([
      ["started", "a"],
      ["finished", position("a", "3", 300)],
    ]);
    // As steep as the sine itself, and no more; only the edges of the turn ring a little.
    const end = player.heard.findLastIndex((sample) => sample !== 0);
    expect(steepest(player.heard.slice(240, end - 240))).toBeLessThan(((0.5 * 2 * Math.PI * 440) / 48000) * 1.05);
    const silent = player.heard.findIndex((sample, index) => index > 9600 && sample !== 0) - 9600;
    expect(silent).toBeGreaterThan(0.14 * 48000);
  });

  test("that is averted in its last milliseconds is none", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", null);
    player.play(0.096);
    player.enqueue(tone(0.1, 0.1), "a", null);
    player.end("a");
    player.play(0.2);
    expect(player.names()).toEqual(["started", "finished"]);
    expect(steepest(player.heard.slice(240, 9000))).toBeLessThan(((0.5 * 2 * Math.PI * 440) / 48000) * 1.05);
  });

  test("of a turn that is ended afterwards is its finish, and the next turn need not wait to go on", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.play(0.2);
    player.end("a");
    expect(player.events.at(-1)).toEqual(["finished", position("a", "1", 100)]);
    // It was no underrun: 60 ms it is, as from cold.
    player.enqueue(tone(0.059), "b", null);
    player.play(0.003);
    expect(player.names().at(-1)).toBe("finished");
    player.enqueue(tone(0.001), "b", null);
    player.play(0.003);
    expect(player.events.at(-1)).toEqual(["started", "b"]);
  });

  test("is remembered, and turns without sound are no sign of a better network", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.play(0.2);
    player.enqueue(tone(0.3), "a", "2");
    player.end("a");
    player.play(0.5);
    for (let turn = 0; turn < 5; turn++) player.end(`silent ${turn}`);
    // The last message counts for 60 ms, the gap lacked 100, the underrun costs 40, and 10 are in reserve.
    player.enqueue(tone(0.2), "b", null);
    player.play(0.003);
    expect(player.names().at(-1)).toBe("finished");
    player.enqueue(tone(0.012), "b", null);
    player.play(0.003);
    expect(player.events.at(-1)).toEqual(["started", "b"]);
  });

  test("can be interrupted: there is nothing to report", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.play(0.2);
    player.interrupt();
    player.end("a");
    player.play(0.1);
    expect(player.names()).toEqual(["started", "underrun"]);
  });
});

describe("an interruption", () => {
  test("fades along a raised cosine in 5 ms, then is silent, and tells what was rendered", () => {
    const player = createPlayer();
    player.enqueue(pcm(new Float32Array(16000).fill(0.5)), "a", "1");
    player.enqueue(tone(10), "a", "2");
    player.play(0.512);
    const cut = player.heard.length;
    player.interrupt();
    expect(player.names()).toEqual(["started"]);
    player.play(0.1);
    const fade = player.heard.slice(cut, cut + 240);
    fade.forEach((sample, index) => {
      expect(sample).toBeCloseTo(0.5 * (0.5 + 0.5 * Math.cos((Math.PI * (index + 1)) / 240)), 3);
    });
    expect(player.heard.slice(cut + 240).every((sample) => sample === 0)).toBe(true);
    expect(player.events.slice(1)).toEqual([["interrupted", position("a", null, 517)]]);
  });

  test("of nothing reports nothing, however often", () => {
    const player = createPlayer();
    player.interrupt();
    player.enqueue(tone(0.1), "a", null);
    player.end("a");
    player.play(0.2);
    player.interrupt();
    player.interrupt();
    player.play(0.1);
    expect(player.names()).toEqual(["started", "finished"]);
  });

  test("of what has not begun to play reports it at once, with 0 ms", () => {
    const player = createPlayer();
    player.enqueue(tone(0.02), "a", "1");
    player.interrupt();
    expect(player.events).toEqual([["interrupted", position("a", null, 0)]]);
    player.play(0.2);
    expect(rms(player.heard)).toBe(0);
  });

  test("leaves alone what is enqueued right behind it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20000 }), fc.integer({ min: 1, max: 3000 }), (blocks, length) => {
        const player = createPlayer();
        player.enqueue(tone(1), "a", null);
        player.play((blocks % 300) / 375);
        player.interrupt();
        const reply = pcm(noise(length));
        player.enqueue(reply, "b", "1");
        player.end("b");
        const from = player.heard.length;
        player.play(0.3);
        const expected = [...rendered(reply, 48000)];
        const after = player.heard.slice(from);
        // Behind the fade, which is 240 samples long where there was sound to fade.
        const start = player.events[0]?.[0] === "started" ? 240 : 0;
        expect(after.slice(start, start + expected.length)).toEqual(expected);
        expect(player.names().slice(-3)).toEqual(["interrupted", "started", "finished"]);
        expect(player.events.at(-1)).toEqual(["finished", position("b", "1", length / 16)]);
      }),
      { numRuns: process.env.LONG ? 80 : 10 },
    );
  });

  test("in the last milliseconds of an ended turn cuts it or finds it finished, at any moment", () => {
    for (let frames = 4300; frames < 4850; frames += 16) {
      const player = createPlayer();
      player.enqueue(tone(0.1), "a", "1");
      player.end("a");
      player.play(frames / 48000, 16);
      const left = 4800 - player.heard.length;
      player.interrupt();
      player.play(0.02);
      expect(player.names()).toEqual(["started", left > 240 ? "interrupted" : "finished"]);
    }
  });

  test("twice within the fade drops what came between, and each is reported", () => {
    const player = createPlayer();
    player.enqueue(tone(1), "a", null);
    player.play(0.1);
    player.interrupt();
    player.enqueue(tone(1), "b", null);
    player.interrupt();
    player.play(0.2);
    expect(player.events.slice(1).map(([name, value]) => [name, (value as PlaybackPosition).turnId])).toEqual([
      ["interrupted", "a"],
      ["interrupted", "b"],
    ]);
    expect(rms(player.heard.slice(-9000))).toBe(0);
  });
});

test("whatever happens in whatever order, sound is bounded, turns report once, and it comes to rest", () => {
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.record({ enqueue: fc.integer({ min: 0, max: 4000 }) }) },
    { weight: 5, arbitrary: fc.record({ play: fc.integer({ min: 1, max: 60 }) }) },
    fc.constant({ end: true }),
    fc.constant({ interrupt: true }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40, size: "max" }), (actions) => {
      const player = createPlayer(44100);
      let turn = 0;
      let enqueued = 0;
      for (const step of actions) {
        if ("enqueue" in step) {
          player.enqueue(pcm(new Float32Array(step.enqueue).fill(0.5)), `${turn}`, null);
          enqueued += step.enqueue;
        } else if ("play" in step) player.play((step.play * 128) / 44100);
        else if ("end" in step) player.end(`${turn++}`);
        else {
          player.interrupt();
          turn++;
        }
      }
      player.end(`${turn}`);
      player.play(enqueued / inputRate + 0.3);
      const rest = player.heard.length;
      player.play(0.1);
      expect(player.heard.slice(rest).every((sample) => sample === 0)).toBe(true);
      expect(player.heard.every((sample) => Math.abs(sample) < 1)).toBe(true);
      const over = player.events.filter(([name]) => name === "finished" || name === "interrupted");
      const ids = over.map(([, position]) => (position as PlaybackPosition).turnId);
      expect(new Set(ids).size).toBe(ids.length);
      const rendered = over.reduce((sum, [, position]) => sum + (position as PlaybackPosition).ms, 0);
      expect(rendered).toBeLessThanOrEqual((enqueued * 1000) / inputRate + 1e-6);
    }),
    { numRuns: process.env.LONG ? 300 : 37 },
  );
});
