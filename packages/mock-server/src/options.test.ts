import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resolveOptions } from "./options.js";

test("the README's table has every option, and nothing else", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split("\n## Options\n");
  const [table = ""] = section.split("\n## ");
  const listed = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, names = ""]) =>
    names.replaceAll("`", "").split(", "),
  );
  const refuse = () => resolveOptions({ nonsense: 1 } as object);
  expect(refuse).toThrow("nonsense is not known.");
  let known: string[] = [];
  try {
    refuse();
  } catch (error) {
    known = /There are: (.*)\.$/.exec(String(error))?.[1]?.split(", ") ?? [];
  }
  expect(listed.sort()).toEqual(known.sort());
});
