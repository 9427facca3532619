import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { createTimeline, type PlaybackPosition, type Timeline } from "./timeline";

let events: (string | PlaybackPosition)[];
let timeline: Timeline;

function create(): Timeline {
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
    timeline.write("a", "1", 10);
    timeline.write("a", "2", 10);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: null, ms: 0 });
    timeline.advance(9);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: null, ms: 9 });
    timeline.advance(10);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "1", ms: 10 });
    timeline.advance(19);
    expect(timeline.position()).toEqual({ turnId: "a", deltaId: "1", ms: 19 });
    expect(events).toEqual(["a"]);
  });

  test("is finished when it is ended and rendered, in either order, once", () => {
    timeline.write("a", "1", 10);
    timeline.end("a");
    timeline.end("a");
    expect(timeline.ending).toBe(true);
    timeline.advance(10);
    timeline.end("a");
    expect(timeline.ending).toBe(false);
    timeline.write("b", "1", 10);
    timeline.advance(20);
    timeline.end("b");
    timeline.end("b");
    expect(events).toEqual(["a", { turnId: "a", deltaId: "1", ms: 10 }, "b", { turnId: "b", deltaId: "1", ms: 10 }]);
  });

  test("goes on where it was when it is finished and more comes after all", () => {
    timeline.write("a", "1", 10);
    timeline.end("a");
    timeline.advance(10);
    timeline.write("a", "2", 5);
    timeline.end("a");
    timeline.advance(15);
    expect(events).toEqual(["a", { turnId: "a", deltaId: "1", ms: 10 }, "a", { turnId: "a", deltaId: "2", ms: 15 }]);
  });

  test("without a sample is finished as soon as what stands before it is", () => {
    timeline.end("silent");
    timeline.end("silent");
    expect(events).toEqual([{ turnId: "silent", deltaId: null, ms: 0 }]);
    events = [];
    timeline.write("a", null, 10);
    timeline.end("mute");
    timeline.advance(5);
    expect(events).toEqual(["a"]);
    timeline.advance(10);
    expect(events).toEqual(["a", { turnId: "mute", deltaId: null, ms: 0 }]);
    expect(timeline.open).toBe("a");
  });

  test("that was never ended is over when another one begins", () => {
    timeline.write("a", null, 10);
    expect(timeline.open).toBe("a");
    timeline.write("b", null, 10);
    timeline.advance(20);
    timeline.end("a");
    expect(events).toEqual(["a", { turnId: "a", deltaId: null, ms: 10 }, "b"]);
    expect(timeline.open).toBe("b");
  });

  test("is started again after a pause", () => {
    timeline.write("a", null, 10);
    timeline.advance(10);
    timeline.pause();
    timeline.write("a", null, 10);
    timeline.advance(11);
    expect(events).toEqual(["a", "a"]);
  });
});

test("drop forgets what was not rendered, and that it might have finished", () => {
  timeline.write("a", "1", 10);
  timeline.advance(5);
  timeline.write("b", "1", 10);
  timeline.end("b");
  timeline.drop();
  expect(timeline.rendered).toBe(20);
  timeline.end("a");
  timeline.end("b");
  timeline.advance(20);
  expect(timeline.ending).toBe(false);
  timeline.write("c", "1", 3);
  timeline.advance(22);
  expect(timeline.position()).toEqual({ turnId: "c", deltaId: null, ms: 2 });
  expect(events).toEqual(["a", "c"]);
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
        const finished = { turnId: `${index}`, deltaId: `${deltas.length - 1}`, ms };
        return ms > 0 ? [`${index}`, finished] : [finished];
      });
      let rendered = 0;
      let step = 0;
      const advance = () => {
        rendered = Math.min(timeline.written, rendered + (sizes[step++ % sizes.length] ?? 1));
        timeline.advance(rendered);
      };
      turns.forEach((deltas, index) => {
        deltas.forEach((length, delta) => {
          timeline.write(`${index}`, `${delta}`, length);
          if (delta % 3 === 0) advance();
        });
        timeline.end(`${index}`);
      });
      while (rendered < timeline.written) advance();
      timeline.advance(rendered);
      expect(events).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
