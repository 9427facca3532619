import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = read("../README.md");

/** Whether a cell of a table, or a list, names it. */
const isNamed = (name: string) => new RegExp(`[|,:] \`${name}[\`(]`).test(readme);

test("the README has every option and every callback", () => {
  const options = fieldsOf("./client/options.ts", "LayercodeClientOptions");
  const callbacks = fieldsOf("./client/options.ts", "LayercodeClientCallbacks");
  const names = [...options, ...callbacks, ...fieldsOf("./runtime/session-log.ts", "LogOptions")];
  expect(names).toEqual(expect.arrayContaining(["agentId", "fetch", "onConnect", "audioOutputChanged", "logLevel"]));
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
});

test("the README has every error code", () => {
  const [, union = ""] = /LayercodeErrorCode =([^;]+);/.exec(read("./errors.ts")) ?? [];
  const codes = [...union.matchAll(/"(.+?)"/g)].map(([, code = ""]) => code);
  expect(codes).toEqual(expect.arrayContaining(["authorization", "audio-blocked"]));
  expect(codes.filter((code) => !isNamed(code))).toEqual([]);
});

/** The names of an interface's fields, from its source: types leave nothing to ask. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ""] = new RegExp(`interface ${name}[^{]*\\{\n([^]*?)\n\\}`).exec(read(path)) ?? [];
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field = ""]) => field);
}
