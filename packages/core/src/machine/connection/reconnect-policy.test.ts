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
  reconnectPolicyOf,
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

test("a field that is undefined has its default, as one that is not given", () => {
  const nothing = { maxElapsedMs: undefined, baseDelay: undefined, maxDelay: undefined, shouldReconnect: undefined };
  expect(reconnectPolicyOf({ ...nothing, maxAttempts: 3 })).toEqual({ ...defaultReconnectPolicy, maxAttempts: 3 });
  expect(reconnectPolicyOf(false)).toEqual({ ...defaultReconnectPolicy, maxAttempts: 0 });
});

describe("whether to try", () => {
  const attempt = (number: number, policy: Partial<ReconnectPolicy> = {}, shortLived = 0, code = 1006) =>
    isWorthAnAttempt(
      { ...defaultReconnectPolicy, ...policy },
      { ...loss, code, attempt: number },
      { shortLived, leftMs: 60_000 },
    );

  test("ends with the attempts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 }), (maxAttempts, number) => {
        expect(attempt(number, { maxAttempts })).toBe(number <= maxAttempts);
      }),
    );
  });

  test("has no end by itself, but that of the time", () => {
    expect([1, 8, 9, 1000].map((number) => attempt(number))).toEqual([true, true, true, true]);
    const within = (leftMs: number, policy: Partial<ReconnectPolicy> = {}) =>
      isWorthAnAttempt({ ...defaultReconnectPolicy, ...policy }, { ...loss, attempt: 9 }, { shortLived: 0, leftMs });
    expect([60_000, 250, 249, 0, -1].map((leftMs) => within(leftMs))).toEqual([true, true, false, false, false]);
    expect(within(Infinity, { maxElapsedMs: Infinity })).toBe(true);
    // Less than the shortest wait is enough for one attempt.
    expect([100, 49].map((leftMs) => within(leftMs, { maxElapsedMs: 100 }))).toEqual([true, false]);
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
    expect(attempt(9, { shouldReconnect, maxAttempts: 8 }, 0, 4000)).toBe(false);
    expect(asked).toEqual([
      { ...loss, code: 4000, attempt: 2 },
      { ...loss, attempt: 2 },
    ]);
  });
});

describe("the wait before an attempt", () => {
  const wait = (policy: ReconnectPolicy, attempt: number, chance: number, more: Partial<ConnectionLoss> = {}) =>
    delayBefore(policy, { ...loss, attempt, ...more }, chance, 60_000);

  test("doubles, up to a limit; half of it is certain", () => {
    const waits = (chance: number) =>
      [1, 2, 3, 4, 5, 6, 7].map((number) => wait(defaultReconnectPolicy, number, chance));
    expect(waits(1)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(waits(0)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  test("is anywhere from the half to the whole, a whole number of ms, for any attempt, and never from 0", () => {
    fc.assert(
      fc.property(delays, fc.integer({ min: 1, max: 5000 }), random, (policy, number, chance) => {
        const full = { ...defaultReconnectPolicy, ...policy };
        const delay = wait(full, number, chance);
        const most = Math.min(policy.maxDelay, policy.baseDelay * 2 ** (number - 1), 60_000);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.round(most / 2));
        expect(delay).toBeLessThanOrEqual(most);
      }),
    );
  });

  test("ends with the time that is left, so that the last attempt lies before its end", () => {
    fc.assert(
      fc.property(delays, fc.integer({ min: 1, max: 50 }), random, fc.integer({ min: 1, max: 60_000 }), (...given) => {
        const [policy, attempt, chance, leftMs] = given;
        const full = { ...defaultReconnectPolicy, ...policy };
        for (const code of [1006, 1012])
          expect(delayBefore(full, { ...loss, code, attempt }, chance, leftMs)).toBeLessThanOrEqual(leftMs);
      }),
    );
  });

  test.each([1001, 1012, 1013])("after code %d, which everybody gets at once, is spread over 4 s", (code) => {
    const waits = [0, 0.5, 1].map((chance) => wait(defaultReconnectPolicy, 1, chance, { code, wasClean: true }));
    expect(waits).toEqual([250, 2125, 4000]);
    // An attempt that failed meanwhile says nothing of the others.
    expect(wait(defaultReconnectPolicy, 1, 1, { code, cause: "unreachable" })).toBe(500);
  });
});
