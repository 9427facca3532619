import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { PlaybackPosition } from "./position.js";
import { createTimeline, type Timeline } from "./timeline.js";

let events: (string | PlaybackPosition)[];
let timeline: Timeline;
let bytes: Map<string, number>;

/** Writes behind what was written of the turn. */
function write(turnId: string, deltaId: string | null, samples: number): void {
  const byteOffset = bytes.get(turnId) ?? 0;
  bytes.set(turnId, byteOffset + samples * 2);
  timeline.write(turnId, deltaId, samples, byteOffset);
}

function position(turnId: string, deltaId: string | null, ms: number): PlaybackPosition {
  return { turnId, deltaId, byteOffset: ms * 2, ms };
}

function create(): Timeline {
  bytes = new Map();
  return createTimeline(1000, {
    onStarted: (turnId) => events.push(turnId),
    onFinished: (position) => events.push(position),
  });
}

beforeEach(() => {
  events = [];
  timeline = create();
});

describe("a turn", () => {
  test("tells the last delta rendered to its end, exact to the sample", () => {
    write("a", "1", 10);
    write("a", "2", 10);
    expect(timeline.position()).toEqual(position("a", null, 0));
    timeline.advance(9);
    expect(timeline.position()).toEqual(position("a", null, 9));
    timeline.advance(10);
    expect(timeline.position()).toEqual(position("a", "1", 10));
    timeline.advance(19);
    expect(timeline.position()).toEqual(position("a", "1", 19));
    expect(events).toEqual(["a"]);
  });

  test("is finished when it is ended and rendered, in either order, once", () => {
    write("a", "1", 10);
    timeline.end("a");
    timeline.end("a");
    expect(timeline.ending).toBe(true);
    timeline.advance(10);
    timeline.end("a");
    expect(timeline.ending).toBe(false);
    write("b", "1", 10);
    timeline.advance(20);
    timeline.end("b");
    timeline.end("b");
    expect(events).toEqual(["a", position("a", "1", 10), "b", position("b", "1", 10)]);
  });

  test("goes on where it was when it is finished and more comes after all", () => {
    write("a", "1", 10);
    timeline.end("a");
    timeline.advance(10);
    write("a", "2", 5);
    timeline.end("a");
    timeline.advance(15);
    expect(events).toEqual(["a", position("a", "1", 10), "a", position("a", "2", 15)]);
  });

  test("without a sample is finished as soon as what stands before it is", () => {
    timeline.end("silent");
    timeline.end("silent");
    expect(events).toEqual([position("silent", null, 0)]);
    events = [];
    write("a", null, 10);
    timeline.end("mute");
    timeline.advance(5);
    expect(events).toEqual(["a"]);
    timeline.advance(10);
    expect(events).toEqual(["a", position("mute", null, 0)]);
    expect(timeline.open).toBe("a");
  });

  test("that was never ended is over when another one begins", () => {
    write("a", null, 10);
    expect(timeline.open).toBe("a");
    write("b", null, 10);
    timeline.advance(20);
    timeline.end("a");
    expect(events).toEqual(["a", position("a", null, 10), "b"]);
    expect(timeline.open).toBe("b");
  });

  test("is started again after silence", () => {
    write("a", null, 10);
    timeline.advance(10);
    timeline.restart();
    write("a", null, 10);
    timeline.advance(11);
    expect(events).toEqual(["a", "a"]);
  });
});

test("drop forgets what was not rendered, and that it might have finished", () => {
  write("a", "1", 10);
  timeline.advance(5);
  write("b", "1", 10);
  timeline.end("b");
  timeline.drop();
  expect(timeline.pending).toBe(false);
  timeline.end("a");
  timeline.end("b");
  timeline.advance(5);
  expect(timeline.ending).toBe(false);
  write("c", "1", 3);
  timeline.advance(7);
  expect(timeline.position()).toEqual(position("c", null, 2));
  expect(events).toEqual(["a", "c"]);
});

describe("a position", () => {
  test("counts bytes as they were enqueued, odd ones at their place", () => {
    timeline.write("a", "1", 10, 0);
    // An odd byte was cut off by an interruption, or is not there yet.
    timeline.write("a", "2", 10, 21);
    timeline.advance(10);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "1", byteOffset: 21, ms: 10 });
    timeline.advance(13);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "1", byteOffset: 27, ms: 13 });
    timeline.end("a");
    timeline.advance(20);
    expect(events.at(-1)).toEqual({ turnId: "a", deltaId: "2", byteOffset: 41, ms: 20 });
  });

  test("is told of earlier samples of the same turn, past turns without a sample, and not of the turn before", () => {
    write("a", "1", 10);
    write("b", "1", 10);
    timeline.end("silent");
    write("b", "2", 10);
    timeline.advance(25);
    expect(timeline.position()).toEqual(position("b", "1", 15));
    expect(timeline.position(20)).toEqual(position("b", "1", 10));
    expect(timeline.position(19)).toEqual(position("b", null, 9));
    expect(timeline.position(10)).toEqual(position("b", null, 0));
    expect(timeline.position(3)).toEqual(position("b", null, 0));
    timeline.drop();
    expect(timeline.position(19)).toEqual(position("b", null, 9));
    expect(timeline.position()).toEqual(position("b", "1", 15));
  });

  test("of a delta that was cut is never its end, however often the turn goes on", () => {
    write("a", "1", 10);
    write("a", "2", 10);
    timeline.advance(15);
    timeline.drop();
    write("a", "3", 10);
    timeline.advance(20);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "1", byteOffset: 50, ms: 20 });
    timeline.advance(25);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "3", byteOffset: 60, ms: 25 });
  });

  test("in a turn of which nothing was rendered before it was dropped begins at 0 ms", () => {
    write("a", "1", 10);
    write("b", "1", 10);
    timeline.advance(5);
    timeline.drop();
    write("b", "2", 10);
    timeline.advance(8);
    expect(timeline.position()).toEqual({ turnId: "b", deltaId: null, byteOffset: 26, ms: 3 });
  });

  test("is known for two seconds, however many deltas there were", () => {
    for (let delta = 0; delta < 20_000; delta++) {
      write("a", `${delta}`, 10);
      timeline.advance((delta + 1) * 10);
    }
    expect(timeline.position(198_010)).toEqual(position("a", "19800", 198_010));
    expect(timeline.position(150_000)?.ms).toBeGreaterThan(150_000);
  });
});

describe("held", () => {
  test("it reports nothing, and once it is released what was finished, and what plays on as started again", () => {
    write("a", "1", 10);
    timeline.end("a");
    write("b", "1", 10);
    timeline.advance(5);
    timeline.hold();
    timeline.advance(12);
    timeline.end("silent");
    expect(timeline.position()).toEqual(position("b", null, 2));
    expect(events).toEqual(["a"]);
    timeline.release();
    timeline.release();
    expect(events).toEqual(["a", position("a", "1", 10)]);
    timeline.advance(13);
    timeline.advance(20);
    expect(events.slice(2)).toEqual(["b", position("silent", null, 0)]);
  });

  test("it knows that something is pending until it is reported", () => {
    expect(timeline.pending).toBe(false);
    write("a", "1", 10);
    timeline.advance(10);
    expect(timeline.pending).toBe(true);
    timeline.hold();
    timeline.end("a");
    expect(timeline.pending).toBe(true);
    timeline.release();
    expect(timeline.pending).toBe(false);
  });
});

test("whatever is written and however it is rendered, each turn starts once, finishes once, and adds up", () => {
  const turn = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 30, size: "max" });
  const steps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 20, size: "max" }), steps, (turns, sizes) => {
      events = [];
      timeline = create();
      const expected = turns.flatMap((deltas, index): typeof events => {
        const ms = deltas.reduce((sum, length) => sum + length, 0);
        const finished = position(`${index}`, `${deltas.length - 1}`, ms);
        return ms > 0 ? [`${index}`, finished] : [finished];
      });
      let written = 0;
      let rendered = 0;
      let step = 0;
      const advance = () => {
        rendered = Math.min(written, rendered + (sizes[step++ % sizes.length] ?? 1));
        timeline.advance(rendered);
      };
      turns.forEach((deltas, index) => {
        deltas.forEach((length, delta) => {
          write(`${index}`, `${delta}`, length);
          written += length;
          if (delta % 3 === 0) advance();
        });
        timeline.end(`${index}`);
      });
      while (rendered < written) advance();
      timeline.advance(rendered);
      expect(events).toEqual(expected);
    }),
    { numRuns: process.env.LONG ? 400 : 50 },
  );
});
