import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { initialSnapshot } from "./client/snapshot.js";
import { audioErrorCodes, sessionErrorCodes } from "./errors.js";
import { defaultReconnectPolicy } from "./machine/connection/reconnect-policy.js";
import { callbackNames } from "./options/callbacks.js";
import { rows } from "./options/table.js";
import { whenChangesCount } from "./options/when-changes-count.js";
import { clientFields } from "./protocol/client-fields.js";
import { serverFields } from "./protocol/server-messages.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = read("../README.md");

/** Whether a cell of a table, or a list, names it. */
const isNamed = (name: string) => new RegExp(`[|,:] \`${name}[\`(]`).test(readme);

/** What an option is by default, where the table has no value for it, or none that a reader would want to see. */
const defaultsInWords: Record<string, string> = {
  authorizeSessionRequest: "fetch",
  credentials: "same-origin",
  reconnect: reconnectInWords(),
  playout: "adaptive",
  onHidden: "continue",
  mediaSession: "true",
  audioSession: "true",
  workletUrl: "in the package",
  vadModelUrl: "in the package",
  vadWorkletUrl: "in the package",
  recordingWorkletUrl: "in the package",
  initialMessages: "",
  logger: "none",
  audio: "the browser's",
  url: "Layercode's",
  WebSocket: "the browser's",
  fetch: "the browser's",
};

test("the README's table of options says what the code does: each option, its default, from when on a change counts", () => {
  const documented = Object.fromEntries(
    rowsUnder("| | default | | a change counts |").flatMap(([names = "", byDefault = "", , counts = ""]) => {
      const options = names.split(", ");
      // A row of several options has a default for each, or one for all the rest.
      const defaults = options.length > 1 ? byDefault.split(", ") : [byDefault];
      const [when] = counts.split(", ");
      return options.map((name, index) => [name, { byDefault: defaults[index] ?? defaults.at(-1), when }]);
    }),
  );
  const actual = Object.entries(whenChangesCount).map(([name, when]) => {
    const value = rows.get(name)?.[2];
    const shown = typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
    return [name, { byDefault: defaultsInWords[name] ?? shown, when }];
  });
  expect(documented).toEqual(Object.fromEntries(actual));
});

test("the README has every type that the package exports, and no other", () => {
  const lists = [...read("index.ts").matchAll(/^export (type )?\{([^}]*)\}/gm)];
  const types = lists.flatMap(([, areTypes, list = ""]) =>
    list.split(",").flatMap((entry) => {
      const [, isType, name] = /^\s*(type )?(?:\w+ as )?(\w+)\s*$/.exec(entry) ?? [];
      return name && (areTypes || isType) ? [name] : [];
    }),
  );
  const section = readme.slice(readme.indexOf("## Types"), readme.indexOf("## When something does not work"));
  const named = [...section.slice(section.indexOf("|---")).matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(types.sort());
});

test("the README has every callback", () => {
  expect(callbackNames.filter((name) => !isNamed(name))).toEqual([]);
});

test("the README has every field of the snapshot", () => {
  const [, list = ""] = /\n## The snapshot\n([\s\S]*?)\n\n`status` is/.exec(readme) ?? [];
  expect(Object.keys(initialSnapshot()).filter((field) => !list.includes(`\`${field}\``))).toEqual([]);
});

test("the README's table of errors has every code, and no other", () => {
  const [, table = ""] = /\n## Errors\n[\s\S]*?\n(\| code [\s\S]*?)\n\n/.exec(readme) ?? [];
  const codes = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(.+?)`/g)]);
  expect(codes.map(([, code = ""]) => code).sort()).toEqual([...sessionErrorCodes, ...audioErrorCodes].sort());
});

test("the README of audio has every code of an error", () => {
  const audioReadme = read("../../audio/README.md");
  expect(audioErrorCodes.filter((code) => !audioReadme.includes(`\`${code}\``))).toEqual([]);
});

test("docs/protocol.md has every message, both ways", () => {
  const protocol = read("../../../docs/protocol.md");
  const types = [...Object.keys(serverFields), ...Object.keys(clientFields)];
  expect(types.filter((type) => !protocol.includes(`| \`${type}\` |`))).toEqual([]);
});

/** The cells of the README's table with this head, without marks of code. */
function rowsUnder(head: string): string[][] {
  const [, table = ""] = readme.replaceAll("`", "").split(`${head}\n|---|---|---|---|\n`);
  const [lines = ""] = table.split("\n\n");
  return lines.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function reconnectInWords(): string {
  const { maxElapsedMs, baseDelay, maxDelay } = defaultReconnectPolicy;
  return `for ${maxElapsedMs / 1000} s, every ${baseDelay} ms to ${maxDelay / 1000} s`;
}
