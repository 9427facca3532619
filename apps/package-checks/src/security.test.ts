import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { repositoryFolder } from "./packages.js";

// SECURITY.md names, for each threat, the tests that hold it: [file](path): "title"; "title".
const rows = readFileSync(`${repositoryFolder}SECURITY.md`, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.split(" | ").length === 3 && !line.startsWith("| threat "));

test("there are threats in it", () => {
  expect(rows.length).toBeGreaterThan(20);
});

describe.each(rows)("%s", (row) => {
  const tests = row.split(" | ")[2] ?? "";
  const files = [...tests.matchAll(/\[[\w-]+\]\(([^)]+)\): ((?:"(?:\\.|[^"\\])*"(?:; )?)+)/g)];

  test("is held by tests that are there", () => {
    expect(files.length).toBeGreaterThan(0);
    for (const [, path = "", titles = ""] of files) {
      expect(existsSync(repositoryFolder + path), path).toBe(true);
      const source = readFileSync(repositoryFolder + path, "utf8");
      for (const [, title = ""] of titles.matchAll(/"((?:\\.|[^"\\])*)"/g)) {
        expect(title).not.toBe("");
        const plain = title.replaceAll('\\"', '"');
        expect(source.includes(plain) || source.includes(title), `${path}: ${title}`).toBe(true);
      }
    }
  });
});
