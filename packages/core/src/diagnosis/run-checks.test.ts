import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LayercodeError } from "../errors.js";
import { checkNames, type DiagnosisCheckName, ok } from "./report.js";
import { type Check, runChecks } from "./run-checks.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Checks that are all well, but for some; `order` is told of each when it begins. */
function checksWith(some: Partial<Record<DiagnosisCheckName, Check>>, order: string[] = []) {
  const all = checkNames.map((name): [DiagnosisCheckName, Check] => [
    name,
    () => {
      order.push(name);
      return (some[name] ?? (() => ok(name)))();
    },
  ]);
  return Object.fromEntries(all) as Record<DiagnosisCheckName, Check>;
}

const limits = { limitMs: 1000 };

test("the checks are made one after the other, in their order", async () => {
  const order: string[] = [];
  const made = await runChecks(checksWith({}, order), limits);
  expect(order).toEqual(checkNames);
  expect(made.map(({ name, message }) => [name, message])).toEqual(checkNames.map((name) => [name, name]));
  expect(vi.getTimerCount()).toBe(0);
});

test("whatever a check throws is what it found, and the others are made", async () => {
  const made = await runChecks(
    checksWith({
      permission: () => {
        throw new TypeError("x is no function");
      },
      devices: () => Promise.reject(new LayercodeError("connection", "Nobody is there. Call again.")),
      // As of the audio package, whose class is another.
      worklet: () => Promise.reject(Object.assign(new Error("It is blocked. Allow it."), { code: "worklet-load" })),
      socket: () => Promise.reject("odd"),
    }),
    limits,
  );
  expect(made.filter(({ status }) => status !== "ok")).toEqual([
    {
      name: "permission",
      status: "error",
      message: "It could not be checked (x is no function).",
      remedy: expect.any(String),
    },
    { name: "devices", status: "error", message: "Nobody is there.", remedy: "Call again." },
    { name: "worklet", status: "error", message: "It is blocked.", remedy: "Allow it." },
    { name: "socket", status: "error", message: "It could not be checked (odd).", remedy: expect.any(String) },
  ]);
});

test("a check that never ends holds up the others no longer than its limit", async () => {
  const never = () => new Promise<never>(() => {});
  const running = runChecks(checksWith({ permission: never, socket: never }), { ...limits, permission: 5000 });
  await vi.advanceTimersByTimeAsync(6000);
  const made = await running;
  expect(made.filter(({ status }) => status === "error").map(({ name, message }) => [name, message])).toEqual([
    ["permission", "No answer came within 5 s."],
    ["socket", "No answer came within 1 s."],
  ]);
});

test("an abort ends it at once, and nothing more begins", async () => {
  const order: string[] = [];
  const controller = new AbortController();
  const never = () => new Promise<never>(() => {});
  const running = runChecks(checksWith({ devices: never }, order), limits, controller.signal);
  await vi.advanceTimersByTimeAsync(0);
  controller.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(order).toEqual(["secure-context", "permission", "devices"]);
  expect(vi.getTimerCount()).toBe(0);
  await expect(runChecks(checksWith({}, order), limits, controller.signal)).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(order.length).toBe(3);
});
