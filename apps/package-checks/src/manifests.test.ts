import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { publicPackages, repositoryFolder } from "./packages.js";

// npm shows them, and refuses provenance where `repository` is not the one that publishes. The root's package.json says
// once where this repository is at home; these checks hold all others to it.
const root = readManifest(repositoryFolder);

test("the root says where the repository is at home", () => {
  expect(root.repository).toEqual({
    type: "git",
    url: expect.stringMatching(/^git\+https:\/\/github\.com\/[^/]+\/[^/]+\.git$/),
  });
});

describe.each(publicPackages())("$name", ({ folder }) => {
  const manifest = readManifest(folder);
  const directory = folder.slice(repositoryFolder.length);
  const home = String(root.homepage).replace(/#.*/, "");

  test("says where it comes from: repository, homepage, bugs", () => {
    expect(manifest.repository).toEqual({ ...root.repository, directory });
    expect(manifest.homepage).toBe(`${home}/tree/main/${directory}#readme`);
    expect(manifest.bugs).toBe(`${home}/issues`);
    expect(manifest.license).toBe(root.license);
  });

  test("can be found: a description, and keywords", () => {
    expect(manifest.description?.length).toBeGreaterThan(20);
    expect(manifest.keywords).toEqual(expect.arrayContaining(["layercode"]));
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords?.length);
  });

  test("is published for everybody, with what it needs and nothing else", () => {
    expect(manifest.publishConfig).toEqual({ access: "public" });
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "README.md", "CHANGELOG.md"]));
    expect(manifest.engines?.node).toBe(root.engines?.node);
  });

  test("runs nothing at a user's when it is installed", () => {
    const atInstall = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => atInstall.includes(script))).toEqual([]);
  });
});

interface Manifest {
  description?: string;
  keywords?: string[];
  license?: string;
  homepage?: string;
  bugs?: string;
  repository?: { type: string; url: string; directory?: string };
  publishConfig?: Record<string, unknown>;
  files?: string[];
  engines?: Record<string, string>;
  scripts?: Record<string, string>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}
