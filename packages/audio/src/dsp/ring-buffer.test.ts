import fc from "fast-check";
import { expect, test } from "vitest";
import { createRingBuffer } from "./ring-buffer";

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
      (operations, limit) => {
        const ring = createRingBuffer(limit, 4);
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
