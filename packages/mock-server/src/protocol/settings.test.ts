import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createMockServer, documentedProtocol } from "../index.js";
import { checkProtocol, readProtocol } from "./settings.js";

test("the documented form is what is allowed and complete", () => {
  expect(checkProtocol({ ...documentedProtocol }, "protocol")).toEqual(documentedProtocol);
  expect(Object.keys(documentedProtocol).length).toBeGreaterThan(15);
});

test("the README lists every setting", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").filter((line) => line.startsWith("| `"));
  const listed = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(listed).toEqual(expect.arrayContaining(Object.keys(documentedProtocol)));
});

test.each([
  [{ turnEnds: true }, /^protocol\.turnEnds is not known\. Did you mean protocol\.turnEnd\?$/],
  [{ ends: true }, /^protocol\.ends is not known\. There are: turnStartTurnId, .*config\.$/],
  [{ toString: true }, /^protocol\.toString is not known/],
  [{ turnEnd: "true" }, /^protocol\.turnEnd is "true"\. It is true or false\.$/],
  [{ turnIds: "other" }, /^protocol\.turnIds is "other"\. It is "plain" or "prefixed"\.$/],
  [{ deltaCounterStep: 0 }, /^protocol\.deltaCounterStep is 0\. It is a whole number from 1 to 1000\.$/],
  [{ firstDeltaCounter: 0.5 }, /a whole number from 0/],
  [{ rejectedKey: 200 }, /^protocol\.rejectedKey is 200\. It is an HTTP status \(400 to 599\) or a close code/],
  [{ expiredKey: 1006 }, /close code/],
  [{ turnEnd: undefined }, /undefined/],
  [[], /^protocol is \[\]\. It is an object of settings\.$/],
  [null, /^protocol is null/],
])("%j is refused", (given, message) => {
  expect(() => checkProtocol(given, "protocol")).toThrow(message);
});

test("createMockServer checks its own settings and those of its agents", async () => {
  await expect(createMockServer({ protocol: { turnIds: "x" as "plain" } })).rejects.toThrow(
    /^protocol\.turnIds is "x"/,
  );
  await expect(createMockServer({ agents: { "ag-1": { protocol: { rejectedKey: 1 } } } })).rejects.toThrow(
    /^agents\["ag-1"\]\.protocol\.rejectedKey is 1/,
  );
  await expect(createMockServer({ keyLifetimeMs: -1 })).rejects.toThrow(/^keyLifetimeMs is -1\. It is 0 or more\.$/);
});

test("name=value is read by its look; the later of two counts", () => {
  expect(readProtocol(["turnEnd=true", "rejectedKey=4001", "turnIds=plain", "turnIds=prefixed"], "--protocol")).toEqual(
    {
      turnEnd: true,
      rejectedKey: 4001,
      turnIds: "prefixed",
    },
  );
});

test.each([
  ["turnEnd", /^--protocol is "turnEnd"\. Write name=value/],
  ["=true", /^--protocol is "=true"/],
  ["turnEnd=yes", /^--protocol\.turnEnd is "yes"\. It is true or false/],
  ["__proto__=1", /^--protocol\.__proto__ is not known/],
])("%j is refused", (pair, message) => {
  expect(() => readProtocol([pair], "--protocol")).toThrow(message);
});
