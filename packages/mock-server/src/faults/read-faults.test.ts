import { expect, test } from "vitest";
import { readFaults } from "./read-faults.js";

test("pairs make one object, dots an object within", () => {
  const pairs = [
    "latencyMs=200",
    "toClient.jitterMs=50.5",
    "toClient.stalled=true",
    "drop.how=close",
    "drop.code=1012",
    "drop.reason=a=b c",
    "authorize.error=No, thanks.",
    "frames.late=0.1",
    "expiredKeys=false",
  ];
  expect(readFaults(pairs, "--fault")).toEqual({
    latencyMs: 200,
    toClient: { jitterMs: 50.5, stalled: true },
    drop: { how: "close", code: 1012, reason: "a=b c" },
    authorize: { error: "No, thanks." },
    frames: { late: 0.1 },
    expiredKeys: false,
  });
});

test("what is a text may look like a number, and a number as people write it", () => {
  expect(
    readFaults(["authorize.error=402", "drop.how=close", "drop.reason=true", "frames.late=.5"], "--fault"),
  ).toEqual({
    authorize: { error: "402" },
    drop: { how: "close", reason: "true" },
    frames: { late: 0.5 },
  });
});

test.each([
  ["latencyMs", /^--fault is "latencyMs"\. Write name=value/],
  ["=1", /^--fault is "=1"/],
  ["a.b.c=1", /^--fault is "a\.b\.c=1"/],
  ["__proto__.x=1", /^--fault is "__proto__\.x=1"/],
  ["latency=1", /^--fault\.latency is not known/],
  ["latencyMs=soon", /^--fault\.latencyMs is "soon"/],
  ["toClient=1", /^--fault\.toClient is 1/],
  ["constructor.x=1", /^--fault\.constructor is not known/],
])("%s is refused", (pair, message) => {
  expect(() => readFaults([pair], "--fault")).toThrow(message);
});
