import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { initialState } from "./client/model.js";
import { audioErrorCodes, sessionErrorCodes } from "./errors.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = read("../README.md");

/** Whether a cell of a table, or a list, names it. */
const isNamed = (name: string) => new RegExp(`[|,:] \`${name}[\`(]`).test(readme);

test("the README has every option and every callback", () => {
  const options = fieldsOf("./client/options.ts", "LayercodeClientOptions");
  const callbacks = fieldsOf("./client/options.ts", "LayercodeClientCallbacks");
  const names = [...options, ...callbacks, ...fieldsOf("./client/session-log.ts", "LogOptions")];
  expect(names).toEqual(expect.arrayContaining(["agentId", "fetch", "onConnect", "audioOutputChanged", "logLevel"]));
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
});

test("the README has every field of the snapshot", () => {
  const [, list = ""] = /\n## The snapshot\n([\s\S]*?)\n\n`status` is/.exec(readme) ?? [];
  expect(Object.keys(initialState).filter((field) => !list.includes(`\`${field}\``))).toEqual([]);
});

test("the README's table of errors has every code, and no other", () => {
  const [, table = ""] = /\n## Errors\n[\s\S]*?\n(\| code [\s\S]*?)\n\n/.exec(readme) ?? [];
  const codes = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(.+?)`/g)]);
  expect(codes.map(([, code = ""]) => code).sort()).toEqual([...sessionErrorCodes, ...audioErrorCodes].sort());
});

/** The names of an interface's fields, from its source: types leave nothing to ask. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ""] = new RegExp(`interface ${name}[^{]*\\{\n([^]*?)\n\\}`).exec(read(path)) ?? [];
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field = ""]) => field);
}
