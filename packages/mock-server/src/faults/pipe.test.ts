import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { longestTimeoutMs } from "../longest-timeout.js";
import { Pipe } from "./pipe.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function createPipe() {
  const delivered: string[] = [];
  const onOverflow = vi.fn();
  const pipe = new Pipe({ seed: 1, onOverflow, deliver: (text) => delivered.push(text) });
  return { pipe, delivered, onOverflow };
}

test("a sound pipe delivers at once, without a timer", () => {
  const { pipe, delivered } = createPipe();
  pipe.push("a");
  expect(delivered).toEqual(["a"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("latency delivers when its time has come, and not before", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ latencyMs: 100 });
  pipe.push("a");
  vi.advanceTimersByTime(50);
  pipe.push("b");
  vi.advanceTimersByTime(49);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual(["a"]);
  vi.advanceTimersByTime(50);
  expect(delivered).toEqual(["a", "b"]);
  expect([pipe.held, vi.getTimerCount()]).toEqual([0, 0]);
});

test("a frame that is due after longer than a timer can count costs one timer", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ kilobitsPerSecond: 0.001 });
  pipe.push("x".repeat(300_000));
  const at = performance.now();
  vi.advanceTimersToNextTimer();
  expect(performance.now() - at).toBe(longestTimeoutMs);
  expect([delivered.length, vi.getTimerCount()]).toEqual([0, 1]);
  pipe.close();
});

test("what is sent while a frame is still under way stays behind it", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ latencyMs: 100 });
  pipe.push("a");
  pipe.configure({ latencyMs: 10 });
  pipe.push("b");
  vi.advanceTimersByTime(99);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(delivered).toEqual(["a", "b"]);
});

test("a late frame is overtaken by those behind it", () => {
  const { pipe, delivered } = createPipe();
  pipe.force("late");
  for (const frame of ["a", "b", "c"]) pipe.push(frame);
  expect(delivered).toEqual(["b", "c"]);
  vi.runAllTimers();
  expect(delivered).toEqual(["b", "c", "a"]);
});

test("as it is: a frame is not spoilt, and leaves what is forced to the next", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ frames: { duplicate: 1, malformed: 1 } });
  pipe.force("unknown");
  pipe.push("a", "as it is");
  expect(delivered).toEqual(["a"]);
  pipe.configure({});
  pipe.push("b");
  expect(delivered).toHaveLength(3);
});

test("a stall holds everything until it ends", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ latencyMs: 10, stalled: true });
  pipe.push("a");
  vi.advanceTimersByTime(1000);
  pipe.push("b");
  expect([delivered, vi.getTimerCount()]).toEqual([[], 0]);
  pipe.configure({ latencyMs: 10 });
  expect(delivered).toEqual(["a"]);
  vi.advanceTimersByTime(10);
  expect(delivered).toEqual(["a", "b"]);
});

test("flush delivers what is slow and keeps what is stalled", () => {
  const { pipe, delivered } = createPipe();
  pipe.configure({ latencyMs: 10 });
  pipe.push("a");
  pipe.flush();
  expect(delivered).toEqual(["a"]);
  pipe.configure({ stalled: true });
  pipe.push("b");
  pipe.flush();
  expect(delivered).toEqual(["a"]);
});

test("more than 32 million characters held end it", () => {
  const { pipe, onOverflow } = createPipe();
  pipe.configure({ stalled: true });
  const large = "x".repeat(1024 * 1024);
  for (let i = 0; i < 32; i++) pipe.push(large);
  expect(onOverflow).not.toHaveBeenCalled();
  pipe.push("x");
  pipe.push("x");
  expect(onOverflow).toHaveBeenCalledTimes(1);
  expect(pipe.held).toBe(0);
});

test("no sequence of settings loses or doubles a frame, and a closed pipe leaves no timer", () => {
  const settings = fc.record(
    {
      latencyMs: fc.nat(200),
      jitterMs: fc.nat(200),
      kilobitsPerSecond: fc.integer({ min: 1, max: 100 }),
      stalled: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const step = fc.oneof(
    fc.record({ settings }),
    fc.record({ waitMs: fc.nat(300) }),
    fc.constant("push" as const),
    fc.constant("flush" as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, heal) => {
      const { pipe, delivered } = createPipe();
      let pushed = 0;
      for (const step of steps) {
        if (step === "push") pipe.push(String(pushed++));
        else if (step === "flush") pipe.flush();
        else if ("waitMs" in step) vi.advanceTimersByTime(step.waitMs);
        else pipe.configure(step.settings);
      }
      if (heal) {
        pipe.configure({});
        expect(delivered).toEqual(Array.from({ length: pushed }, (_, n) => String(n)));
      }
      pipe.close();
      pipe.push("after the end");
      pipe.configure({});
      expect([vi.getTimerCount(), pipe.held]).toEqual([0, 0]);
      expect(delivered).not.toContain("after the end");
    }),
  );
});
