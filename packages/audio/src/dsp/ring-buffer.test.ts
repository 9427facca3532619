import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectGarbage } from "../../test/collect-garbage.js";
import { createRingBuffer } from "./ring-buffer.js";

test("behaves like a list, whatever is written and read, up to its limit", () => {
  const operation = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        write: fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 15, size: "max" }),
      }),
    },
    { weight: 8, arbitrary: fc.record({ read: fc.integer({ min: 0, max: 12 }) }) },
    { weight: 1, arbitrary: fc.constant({ clear: true }) },
  );
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 60, size: "max" }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 9 }),
      (operations, limit, blockLength) => {
        const ring = createRingBuffer(limit, blockLength);
        let list: number[] = [];
        for (const step of operations) {
          if ("write" in step) {
            const fitting = step.write.slice(0, limit - list.length);
            expect(ring.write(Int16Array.from(step.write))).toBe(fitting.length);
            list.push(...fitting);
          } else if ("read" in step) {
            const output = new Int16Array(50);
            const count = ring.read(output, step.read);
            expect([...output.subarray(0, count)]).toEqual(list.slice(0, step.read));
            list = list.slice(step.read);
          } else {
            ring.clear();
            list = [];
          }
          expect(ring.length).toBe(list.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

describe("memory", () => {
  const minute = new Int16Array(16000 * 60);

  function held(): number {
    // The second waits for what the first has left to a thread of its own.
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  }

  test("is taken as it fills, and given back as it is read and when it is cleared", () => {
    const before = held();
    const ring = createRingBuffer(16000 * 600);
    expect(held() - before).toBeLessThan(1e5);
    for (let index = 0; index < 10; index++) ring.write(minute);
    expect(held() - before).toBeGreaterThan(10 * minute.byteLength);
    expect(held() - before).toBeLessThan(10.1 * minute.byteLength);
    const output = new Int16Array(minute.length);
    for (let index = 0; index < 5; index++) ring.read(output, output.length);
    expect(held() - before - output.byteLength).toBeLessThan(5.1 * minute.byteLength);
    ring.clear();
    expect(held() - before - output.byteLength).toBeLessThan(1e5);
    expect(ring.length).toBe(0);
  });

  test("is not asked for by a live stream", () => {
    const ring = createRingBuffer(16000 * 600);
    const [chunk, output] = [minute.subarray(0, 640), new Int16Array(640)];
    for (let index = 0; index < 3; index++) ring.write(chunk);
    const before = held();
    let most = before;
    for (let index = 0; index < 10_000; index++) {
      ring.write(chunk);
      ring.read(output, 640);
      if (index % 100 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    // 390 blocks of 32 kB went by.
    expect(most - before).toBeLessThan(1e5);
  });
});
