import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicPackages } from "./packages.js";
import { supportTable } from "./toolchains.js";

test("the README of core tells with what it was tried, and nothing else", () => {
  const core = publicPackages().find(({ name }) => name === "@layercode/core");
  const readme = readFileSync(`${core?.folder}/README.md`, "utf8");
  const section = readme.split("\n## ").find((text) => text.startsWith("Browsers and toolchains")) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  const { version } = JSON.parse(readFileSync(new URL("../node_modules/vite/package.json", import.meta.url), "utf8"));
  // Where it differs, what is expected is the table to paste.
  expect(rows.join("\n")).toBe(supportTable(version));
});
