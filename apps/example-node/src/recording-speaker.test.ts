import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRecordingSpeaker } from "./recording-speaker.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** `ms` of a constant, as bytes. */
function sound(ms: number, value = 1): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Int16Array(ms * 16).fill(value).buffer);
}

async function started() {
  const heard: unknown[] = [];
  const speaker = createRecordingSpeaker();
  await speaker.start(
    {
      onStarted: (turnId) => heard.push(["started", turnId]),
      onUnderrun: (position) => heard.push(["underrun", position]),
      onFinished: (position) => heard.push(["finished", position]),
      onInterrupted: (position) => heard.push(["interrupted", position]),
    },
    new AbortController().signal,
  );
  return { speaker, heard };
}

test("plays in its time: started, an underrun where more is due, finished at the end", async () => {
  const { speaker, heard } = await started();
  speaker.enqueue(sound(100, 1), { turnId: "a", deltaId: "1" });
  expect(heard).toEqual([["started", "a"]]);
  vi.advanceTimersByTime(100);
  expect(heard.at(-1)).toEqual(["underrun", { turnId: "a", deltaId: "1", ms: 100 }]);
  speaker.enqueue(sound(50, 2), { turnId: "a", deltaId: "2" });
  expect(heard.at(-1)).toEqual(["started", "a"]);
  speaker.end("a");
  vi.advanceTimersByTime(49);
  expect(heard).toHaveLength(3);
  vi.advanceTimersByTime(2);
  expect(heard.at(-1)).toEqual(["finished", { turnId: "a", deltaId: "2", ms: 150 }]);
  expect([...new Set(speaker.takeRecording())]).toEqual([1, 2]);
  expect(speaker.takeRecording()).toHaveLength(0);
});

test("an interruption tells how far it came and keeps no more; what follows plays", async () => {
  const { speaker, heard } = await started();
  speaker.enqueue(sound(100, 1), { turnId: "a", deltaId: "1" });
  speaker.enqueue(sound(100, 2), { turnId: "a", deltaId: "2" });
  vi.advanceTimersByTime(150);
  speaker.interrupt();
  expect(heard.at(-1)).toEqual(["interrupted", { turnId: "a", deltaId: "1", ms: 150 }]);
  expect(speaker.takeRecording()).toHaveLength(150 * 16);
  speaker.interrupt();
  expect(heard).toHaveLength(2);
  speaker.enqueue(sound(20, 3), { turnId: "b", deltaId: null });
  speaker.end("b");
  vi.advanceTimersByTime(21);
  expect(heard.slice(2)).toEqual([
    ["started", "b"],
    ["finished", { turnId: "b", deltaId: null, ms: 20 }],
  ]);
});

test("turns follow each other, and one without a sound is finished at once", async () => {
  const { speaker, heard } = await started();
  speaker.enqueue(sound(20), { turnId: "a", deltaId: null });
  speaker.end("a");
  speaker.enqueue(sound(20), { turnId: "b", deltaId: null });
  speaker.end("silent");
  vi.advanceTimersByTime(21);
  expect(heard).toEqual([
    ["started", "a"],
    ["finished", { turnId: "silent", deltaId: null, ms: 0 }],
    ["finished", { turnId: "a", deltaId: null, ms: 20 }],
    ["started", "b"],
  ]);
  speaker.stop();
  vi.advanceTimersByTime(100);
  expect(heard).toHaveLength(4);
});
