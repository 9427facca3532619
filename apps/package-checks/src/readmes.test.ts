import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryFolder } from "./packages.js";

const inFolder = (folder: string) => readdirSync(join(repositoryFolder, folder)).map((name) => join(folder, name));
const pages = ["", "docs", "docs/decisions"].flatMap(inFolder).filter((path) => path.endsWith(".md"));
const readmes = ["packages", "apps"].flatMap(inFolder).map((folder) => join(folder, "README.md"));
const files = [...pages, ...readmes.filter((path) => existsSync(join(repositoryFolder, path)))];

/** What GitHub and npm make of a heading for its link. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const read = (path: string) => readFileSync(join(repositoryFolder, path), "utf8").replaceAll(/```[\s\S]*?```/g, "");

describe.each(files)("%s", (file) => {
  const text = read(file);

  test("every link within the repository leads to a file, and to a heading of it", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    for (const [link, path = "", anchor] of links) {
      const target = path === "" ? file : join(dirname(file), path);
      expect(existsSync(join(repositoryFolder, target)), link).toBe(true);
      if (anchor === undefined || anchor === "readme") continue;
      const page = target.endsWith(".md") ? target : join(target, "README.md");
      const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      expect(headings, link).toContain(anchor);
    }
  });

  test("the mock server's command is run with the name of its package, which npx would not guess", () => {
    expect(text).not.toMatch(/npx layercode-mock/);
    expect(readFileSync(join(repositoryFolder, file), "utf8")).not.toMatch(/npx layercode-mock/);
  });
});
