import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ConnectionLoss,
  defaultReconnectPolicy,
  delayBefore,
  isFarewell,
  isMendable,
  isWorthAnAttempt,
  type ReconnectPolicy,
} from "./reconnect-policy.js";

const loss: ConnectionLoss = { code: 1006, reason: "", wasClean: false, cause: "closed" };
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const delays = fc.record({
  baseDelay: fc.integer({ min: 1, max: 5000 }),
  maxDelay: fc.integer({ min: 1, max: 60_000 }),
});

describe("close codes", () => {
  test.each([1001, 1006, 1011, 1012, 1013, 1014, 3008])("%d is mended", (code) => {
    expect(isMendable(code)).toBe(true);
  });

  test.each([1000, 1002, 1003, 1004, 1005, 1007, 1008, 1009, 1010, 1015, 3000, 3003, 4000, 4401, 4999])(
    "%d is not",
    (code) => {
      expect(isMendable(code)).toBe(false);
    },
  );

  test("only 1000, and a close without a code, end a session in due form", () => {
    const codes = Array.from({ length: 5000 }, (_, code) => code);
    expect(codes.filter(isFarewell)).toEqual([1000, 1005]);
    expect(codes.some((code) => isFarewell(code) && isMendable(code))).toBe(false);
  });
});

describe("whether to try", () => {
  const attempt = (number: number, policy: Partial<ReconnectPolicy> = {}, shortLived = 0, code = 1006) =>
    isWorthAnAttempt({ ...defaultReconnectPolicy, ...policy }, { ...loss, code, attempt: number }, shortLived);

  test("ends with the attempts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 }), (maxAttempts, number) => {
        expect(attempt(number, { maxAttempts })).toBe(number <= maxAttempts);
      }),
    );
  });

  test("ends with the second connection in a row that did not live", () => {
    expect([0, 1, 2, 3].map((shortLived) => attempt(1, {}, shortLived))).toEqual([true, true, false, false]);
  });

  test("asks the app instead of the table, with all there is to know, and only within the limits", () => {
    const asked: unknown[] = [];
    const shouldReconnect: ReconnectPolicy["shouldReconnect"] = (event) => {
      asked.push(event);
      return event.code === 4000;
    };
    expect(attempt(2, { shouldReconnect }, 0, 4000)).toBe(true);
    expect(attempt(2, { shouldReconnect }, 0, 1006)).toBe(false);
    expect(attempt(9, { shouldReconnect }, 0, 4000)).toBe(false);
    expect(asked).toEqual([
      { ...loss, code: 4000, attempt: 2 },
      { ...loss, attempt: 2 },
    ]);
  });
});

describe("the wait before an attempt", () => {
  test("doubles, up to a limit", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => delayBefore(defaultReconnectPolicy, number, 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  test("is anywhere from 0 to the longest, a whole number of ms, for any attempt", () => {
    fc.assert(
      fc.property(delays, fc.integer({ min: 1, max: 5000 }), random, (policy, number, chance) => {
        const full = { ...defaultReconnectPolicy, ...policy };
        const delay = delayBefore(full, number, chance);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(delayBefore(full, number, 1));
        expect(delay).toBeLessThanOrEqual(policy.maxDelay);
        expect(delayBefore(full, number, 0)).toBe(0);
      }),
    );
  });
});
