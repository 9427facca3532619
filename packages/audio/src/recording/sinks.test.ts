import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { collectGarbage } from "../../test/collect-garbage.js";
import { wavHeader } from "../wav.js";
import { createBlobSink } from "./blob-sink.js";
import { createStreamSink, type StreamFailure, waitingSeconds } from "./stream-sink.js";

const format = { sampleRate: 8000, channels: 2 };
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

/** Pieces of any length, each at most as long as a block, as one memory that is used again and again. */
function writeAll(write: (bytes: Uint8Array) => void, lengths: readonly number[]): Uint8Array {
  const memory = new Uint8Array(400_000);
  const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [turn, length] of lengths.entries()) {
    const piece = memory.subarray(0, length).fill(turn + 1);
    all.set(piece, at);
    at += length;
    write(piece);
  }
  return all;
}

const tenMinutes = { format: { sampleRate: 16_000, channels: 2 }, bytes: 600 * 64_000 };

/** By how many bytes the memory grows from the first minute of ten to the last, faster than they would be recorded. */
async function growthOver(write: (bytes: Uint8Array) => void, memory: () => number): Promise<number> {
  const block = new Uint8Array(16_000);
  const record = async (blocks: number) => {
    for (let written = 0; written < blocks; written++) {
      write(block);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // The memory of array buffers is given back on another thread, a moment later.
    let least = Infinity;
    for (let round = 0; round < 20; round++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve));
      least = Math.min(least, memory());
    }
    return least;
  };
  const atFirst = await record(240);
  return (await record(2160)) - atFirst;
}

describe("without a stream", () => {
  test("the file is a header with its sizes, and every byte in its order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 12 }), async (lengths) => {
        const sink = createBlobSink(format);
        const all = writeAll((bytes) => sink.write(bytes), lengths);
        const file = await sink.end();
        expect(file.type).toBe("audio/wav");
        expect(file.size).toBe(44 + all.length);
        const bytes = await bytesOf(file);
        expect(Buffer.from(bytes.buffer).equals(Buffer.concat([wavHeader(format, all.length), all]))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("ten minutes of stereo at 16 kHz stay out of the heap", async () => {
    const sink = createBlobSink(tenMinutes.format);
    // Node keeps Blobs in memory of its own, which counts among its ArrayBuffers; browsers keep them outside of the page.
    const grown = await growthOver(sink.write, () => process.memoryUsage().heapUsed);
    expect(grown).toBeLessThan(1e6);
    expect((await sink.end()).size).toBe(44 + tenMinutes.bytes);
  });
});

describe("into a stream", () => {
  /** A stream that takes a piece at a time, when the test lets it. */
  function createSlowStream() {
    const taken: Uint8Array[] = [];
    const waiting: (() => void)[] = [];
    let isOpen = false;
    const closed = vi.fn();
    const aborted = vi.fn();
    const stream = new WritableStream<Uint8Array>({
      write: async (bytes) => {
        if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
        taken.push(bytes);
      },
      close: closed,
      abort: aborted,
    });
    const open = () => {
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    };
    return { stream, taken, open, closed, aborted };
  }

  test("a header without sizes, then every byte in its order; it is closed at the end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 12 }), async (lengths) => {
        const { stream, taken, open, closed } = createSlowStream();
        open();
        const onFailed = vi.fn();
        const sink = createStreamSink(stream, format, onFailed);
        const all = writeAll((bytes) => sink.write(bytes), lengths);
        expect((await sink.end()).size).toBe(0);
        expect(Buffer.concat(taken).equals(Buffer.concat([wavHeader(format, null), all]))).toBe(true);
        expect(closed).toHaveBeenCalledOnce();
        expect(onFailed).not.toHaveBeenCalled();
      }),
      { numRuns: 30 },
    );
  });

  test("a piece is written when the one before was taken, and what waits is bounded", async () => {
    const { stream, taken, open } = createSlowStream();
    const write = vi.spyOn(WritableStreamDefaultWriter.prototype, "write");
    const failures: StreamFailure[] = [];
    const sink = createStreamSink(stream, format, (why) => failures.push(why));
    const second = new Uint8Array(8000 * 4);
    // The header waits with them.
    for (let seconds = 0; seconds < waitingSeconds - 1; seconds++) sink.write(second);
    await Promise.resolve();
    expect(write).toHaveBeenCalledOnce();
    expect(failures).toEqual([]);
    sink.write(second);
    expect(failures).toEqual(["too-slow"]);
    sink.write(second);
    open();
    await expect(sink.end()).rejects.toThrow();
    expect(failures).toHaveLength(1);
    expect(taken.length).toBeLessThanOrEqual(1);
    write.mockRestore();
  });

  test("a stream that keeps up never fails, however long the recording", async () => {
    const { stream, taken, open } = createSlowStream();
    open();
    const onFailed = vi.fn();
    const sink = createStreamSink(stream, format, onFailed);
    for (let seconds = 0; seconds < 3 * waitingSeconds; seconds++) {
      sink.write(new Uint8Array(8000 * 4));
      await vi.waitFor(() => expect(taken).toHaveLength(seconds + 2));
    }
    await sink.end();
    expect(onFailed).not.toHaveBeenCalled();
  });

  test("ten minutes of stereo at 16 kHz leave nothing behind in memory", async () => {
    const taken = vi.fn();
    const stream = new WritableStream<Uint8Array>({ write: (bytes) => taken(bytes.length) });
    const sink = createStreamSink(stream, tenMinutes.format, () => {});
    const grown = await growthOver(sink.write, () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    });
    expect(grown).toBeLessThan(1e6);
    await sink.end();
    expect(taken.mock.calls.reduce((sum, [length]) => sum + length, 0)).toBe(44 + tenMinutes.bytes);
  });

  test("one that fails is told once, with its reason: at a write, at the end, and while nothing is written", async () => {
    const cause = new Error("The disk is full.");
    const failing = {
      write: () => new WritableStream({ write: () => Promise.reject(cause) }),
      close: () => new WritableStream({ close: () => Promise.reject(cause) }),
      errored: () => new WritableStream({ start: (controller) => queueMicrotask(() => controller.error(cause)) }),
    };
    for (const create of Object.values(failing)) {
      const failures: StreamFailure[] = [];
      const sink = createStreamSink(create(), format, (why) => failures.push(why));
      sink.write(new Uint8Array(4));
      await expect(sink.end()).rejects.toThrow();
      sink.write(new Uint8Array(4));
      expect(failures).toEqual([{ cause }]);
    }
  });

  test("given up, it is aborted", async () => {
    const { stream, aborted, open } = createSlowStream();
    open();
    const sink = createStreamSink(stream, format, () => {});
    sink.abort("given up");
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledExactlyOnceWith("given up"));
  });
});
