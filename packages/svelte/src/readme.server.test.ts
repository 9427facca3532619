import { readFileSync } from "node:fs";
import { compile } from "svelte/compiler";
import { expect, test } from "vitest";
import * as exported from "./index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const components = [...readme.matchAll(/```svelte\n(.*?)```/gs)].map(([, code = ""]) => code);

test.each(components)("the README's component %# compiles and imports what there is", (code) => {
  expect(compile(code, { generate: "client" }).warnings).toEqual([]);
  const [, names = ""] = /import \{ (.*?) \} from "@layercode\/svelte"/.exec(code) ?? [];
  expect(Object.keys(exported)).toEqual(expect.arrayContaining(names.split(", ")));
});
