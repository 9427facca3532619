import fc from "fast-check";
import { expect, test } from "vitest";
import { checkProtocol } from "../protocol/settings.js";
import { parseDrop, parseFaults, parseInjection, parseServerFaults } from "./parse-faults.js";

test.each([
  [null, /^faults is null\. It is an object\./],
  [[], /^faults is \[\]\./],
  [{ slow: 1 }, /^faults\.slow is not known\. There are: latencyMs, /],
  [{ latency: 1 }, /^faults\.latency is not known\. Did you mean faults\.latencyMs\?$/],
  [{ constructor: 1 }, /^faults\.constructor is not known/],
  [{ latencyMs: "fast" }, /^faults\.latencyMs is "fast"\. It is a number of milliseconds, 0 or more\./],
  [{ latencyMs: NaN }, /^faults\.latencyMs is NaN/],
  [{ jitterMs: -1 }, /^faults\.jitterMs is -1/],
  [{ kilobitsPerSecond: 0 }, /^faults\.kilobitsPerSecond is 0/],
  [{ stalled: "yes" }, /^faults\.stalled is "yes"\. It is true or false/],
  [{ toClient: { latencyMs: 1, frames: {} } }, /^faults\.toClient\.frames is not known/],
  [{ toServer: 3 }, /^faults\.toServer is 3\. It is an object/],
  [{ frames: { duplicate: 2 } }, /^faults\.frames\.duplicate is 2\. It is a probability/],
  [{ drop: {} }, /^faults\.drop\.how is missing/],
  [{ drop: { how: "gently" } }, /^faults\.drop\.how is "gently"\. It is "close", "reset", "silence"/],
  [{ drop: { how: "close", code: 1006 } }, /^faults\.drop\.code is 1006\. It is a close code/],
  [{ drop: { how: "close", reason: "ä".repeat(62) } }, /^faults\.drop\.reason is .*at most 123 bytes/],
  [{ drop: { how: "reset", code: 1000 } }, /^faults\.drop is a reset, which has no code/],
  [{ seed: 1.5 }, /^faults\.seed is 1\.5\. It is an integer/],
  [{ authorize: { status: 99 } }, /^faults\.authorize\.status is 99\. It is an integer from 200 to 599/],
  [{ authorize: { retryAfter: -1 } }, /^faults\.authorize\.retryAfter is -1\. It is a whole number of seconds/],
  [
    { authorize: { retryAfter: "5\r\nx: y" } },
    /^faults\.authorize\.retryAfter is "5\\r\\nx: y"\. It is a whole number/,
  ],
  [{ authorize: { retryAfter: {} } }, /^faults\.authorize\.retryAfter is \{\}/],
  [{ authorize: { times: 0 } }, /^faults\.authorize\.times is 0/],
])("%j is refused", (faults, message) => {
  expect(() => parseServerFaults(faults)).toThrow(message);
});

test("so is what has no JSON", () => {
  const circle = {};
  Object.assign(circle, { circle });
  for (const value of [() => 1, Symbol("x"), 1n, circle, { toJSON: () => undefined }]) {
    expect(() => parseServerFaults({ latencyMs: value })).toThrow(/^faults\.latencyMs is .+\. It is a number/);
    expect(() => checkProtocol({ turnEnd: value }, "protocol")).toThrow(/^protocol\.turnEnd is .+\. It is true or/);
  }
});

test("what stands elsewhere is named by its place", () => {
  expect(() => parseFaults({ stalled: 1 }, "turns[2].faults")).toThrow(/^turns\[2\]\.faults\.stalled is 1/);
});

test("a connection authorizes nothing", () => {
  expect(() => parseFaults({ expiredKeys: true })).toThrow(/expiredKeys is not known/);
  expect(parseServerFaults({ expiredKeys: true, authorize: { status: 200, hang: true } })).toBeTruthy();
});

test("injections and drops", () => {
  expect(parseInjection("late")).toBe("late");
  expect(parseInjection({ text: "" })).toEqual({ text: "" });
  for (const wrong of ["never", {}, null, 1, { text: 1 }]) expect(() => parseInjection(wrong)).toThrow(/^frame/);
  expect(parseDrop({ how: "close", code: 4000, reason: "enough" })).toBeTruthy();
  expect(() => parseDrop({ how: "silence", afterMs: 1 })).toThrow(/afterMs is not known/);
});

test("anything is taken or refused with a sentence that names it", () => {
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom("toClient", "drop", "how", "latencyMs", "frames", "__proto__") }),
      (value) => {
        try {
          expect(parseServerFaults(value)).toBe(value);
        } catch (error) {
          expect((error as Error).message).toMatch(/^faults(\.\w+)* is .+\.$/);
        }
      },
    ),
  );
});
