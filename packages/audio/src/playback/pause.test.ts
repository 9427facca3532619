import { describe, expect, test } from "vitest";
import { click } from "../../test/click.js";
import { createPlayer, pcm, position, steepest, tone } from "../../test/player.js";
import { rms } from "../../test/signals.js";

const constant = (seconds: number) => pcm(new Float32Array(seconds * 16000).fill(0.5));

describe("a pause", () => {
  test("fades out and in along 5 ms each and goes on with the very sample", () => {
    const player = createPlayer();
    const whole = createPlayer();
    for (const { enqueue, end } of [player, whole]) {
      enqueue(tone(1), "a", "1");
      end("a");
    }
    whole.play(1.1);
    player.play(0.512);
    const at = player.heard.length;
    player.pause();
    player.pause();
    player.play(0.256);
    player.resume();
    player.resume();
    player.play(0.7);
    const held = player.heard.slice(at + 240, at + 256 * 48);
    expect(held.every((sample) => sample === 0)).toBe(true);
    const played = [...player.heard.slice(0, at + 240), ...player.heard.slice(at + 256 * 48)];
    played.slice(0, whole.heard.length).forEach((sample, index) => {
      const into = index - at;
      const gain = into < 0 || into >= 480 ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (into + 1)) / 240);
      expect(sample).toBeCloseTo((whole.heard[index] as number) * gain, 6);
    });
    expect(player.events).toEqual([
      ["started", "a"],
      ["started", "a"],
      ["finished", position("a", "1", 1000)],
    ]);
  });

  test("that ends within its 5 ms turns round and loses nothing", () => {
    const player = createPlayer();
    player.enqueue(constant(1), "a", null);
    player.end("a");
    player.play(0.512);
    player.pause();
    player.play(0.001, 48);
    player.resume();
    player.play(0.7);
    expect(steepest(player.heard.slice(480, 47000))).toBeLessThan(((0.5 * Math.PI) / 2 / 240) * 1.01);
    expect(player.heard.filter((sample) => sample !== 0).length).toBeGreaterThan(0.999 * 48000);
    expect(player.events.at(-1)).toEqual(["finished", position("a", null, 1000)]);
  });

  test("before anything plays holds it; what is enqueued and ended meanwhile plays afterwards", () => {
    const player = createPlayer();
    player.pause();
    player.enqueue(tone(0.2), "a", "1");
    player.end("a");
    player.enqueue(tone(0.1), "b", "1");
    player.end("b");
    player.end("silent");
    player.play(0.3);
    expect(rms(player.heard)).toBe(0);
    expect(player.events).toEqual([]);
    player.resume();
    player.play(0.4);
    expect(player.events).toEqual([
      ["started", "a"],
      ["finished", position("a", "1", 200)],
      ["started", "b"],
      ["finished", position("b", "1", 100)],
      ["finished", position("silent", null, 0)],
    ]);
  });

  test("in the last milliseconds of a turn reports its end only after it is resumed", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.end("a");
    player.play(0.0986);
    player.pause();
    player.play(0.1);
    expect(player.names()).toEqual(["started"]);
    player.resume();
    expect(player.events.slice(1)).toEqual([["finished", position("a", "1", 100)]]);
  });

  test("says nothing of a queue that runs dry; when it is resumed there is more, or it is an underrun", () => {
    for (const more of [true, false]) {
      const player = createPlayer();
      player.enqueue(tone(0.1), "a", "1");
      player.play(0.0946);
      player.pause();
      player.play(0.2);
      expect(player.names()).toEqual(["started"]);
      if (more) player.enqueue(tone(0.1, 0.1), "a", "2");
      player.resume();
      player.play(0.4);
      player.end("a");
      expect(player.events.slice(1)).toEqual(
        more
          ? [
              ["started", "a"],
              ["underrun", position("a", "2", 200)],
              ["finished", position("a", "2", 200)],
            ]
          : [
              ["underrun", position("a", "1", 100)],
              ["finished", position("a", "1", 100)],
            ],
      );
    }
  });

  test("is ended by an interruption, which drops what is held; what is right behind plays", () => {
    const player = createPlayer();
    player.enqueue(tone(1), "a", "1");
    player.play(0.2);
    player.pause();
    player.play(0.1);
    const { heard } = player;
    const held = player.positions(0)?.rendered;
    player.interrupt();
    expect(player.cuts[0]?.rendered).toEqual(held);
    const at = heard.length;
    player.enqueue(constant(0.1), "b", null);
    player.end("b");
    player.play(0.15);
    expect(heard.slice(at + 480, at + 4320).every((sample) => Math.abs(sample - 0.5) < 0.001)).toBe(true);
    expect(player.names()).toEqual(["started", "interrupted", "started", "finished"]);
  });
});

describe("where playing stands", () => {
  test("is told as rendered and as heard, silence between them not counted", () => {
    const player = createPlayer();
    expect(player.positions(0.03)).toBeNull();
    player.enqueue(tone(0.1), "a", "1");
    player.enqueue(tone(0.2, 0.1), "a", "2");
    player.play(0.16);
    expect(player.positions(0)).toEqual({ rendered: position("a", "1", 160), heard: position("a", "1", 160) });
    expect(player.positions(0.06)).toEqual({ rendered: position("a", "1", 160), heard: position("a", "1", 100) });
    expect(player.positions(0.061)?.heard).toEqual(position("a", null, 99));
    expect(player.positions(10)?.heard).toEqual(position("a", null, 0));
    player.pause();
    player.play(0.04);
    expect(player.positions(0)?.rendered).toEqual(position("a", "1", 165));
    // 40 ms ago it was paused: 35 of them were silent.
    expect(player.positions(0.04)?.heard).toEqual(position("a", "1", 160));
    expect(player.positions(0.035)?.heard).toEqual(position("a", "1", 165));
    expect(player.positions(0.01)?.heard).toEqual(position("a", "1", 165));
  });

  test("is told of an interruption where its fade has come to silence, never back into the turn before", () => {
    const player = createPlayer();
    player.enqueue(tone(0.1), "a", "1");
    player.end("a");
    player.enqueue(tone(1), "b", "1");
    player.play(0.16);
    player.interrupt(0.02);
    player.play(0.01);
    player.enqueue(tone(1), "c", "1");
    player.play(0.02);
    player.interrupt(0.5);
    player.play(0.01);
    expect(player.cuts.map(({ rendered }) => rendered.turnId)).toEqual(["b", "c"]);
    expect(player.cuts[0]).toEqual({ rendered: position("b", null, 65), heard: position("b", null, 45) });
    expect(player.cuts[1]?.heard).toEqual(position("c", null, 0));
  });
});

test("25 interruptions, pauses and resumptions of a tone at any phase click less than -70 dB above 2 kHz", () => {
  const loudest = {
    interrupt: -Infinity,
    pause: -Infinity,
    duck: -Infinity,
  };
  for (let cut = 0; cut < 25; cut++) {
    for (const kind of ["interrupt", "pause", "duck"] as const) {
      const player = createPlayer();
      player.enqueue(tone(1), "a", null);
      // 0.37 ms are a sixth of a period: the phases differ.
      player.play(0.2 + cut * 0.00037, 16);
      const from = player.heard.length;
      if (kind === "interrupt") player.interrupt();
      else if (kind === "pause") player.pause();
      else player.setGain(0.2);
      player.play(0.05);
      if (kind === "pause") player.resume();
      if (kind === "duck") player.setGain(1);
      player.play(0.05);
      const around = player.heard.slice(from - 600, from + 4200);
      loudest[kind] = Math.max(loudest[kind], click(around, 48000, 0.5));
    }
  }
  expect(loudest.interrupt).toBeLessThan(-70);
  expect(loudest.pause).toBeLessThan(-70);
  expect(loudest.duck).toBeLessThan(-70);
});
