import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { publicPackages, repositoryFolder } from "./packages.js";

interface Manifest {
  name: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A row of docs/licences.md. */
interface Row {
  name: string;
  of: string;
  licence: string;
  note: string;
}

const rows: Row[] = readFileSync(`${repositoryFolder}docs/licences.md`, "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.replaceAll("`", "").trim()))
  .filter((cells) => cells[2]?.startsWith("@layercode/"))
  .map(([, name = "", of = "", licence = "", note = ""]) => ({ name, of, licence, note }));

test("what ships is listed, with its licence", () => {
  const installed = publicPackages().flatMap(({ name, folder }) =>
    strangersOf(folder).map(({ manifest, optional }) => ({
      name: manifest.name,
      of: name,
      licence: manifest.license,
      optional,
    })),
  );
  const listed = rows.map(({ note, ...row }) => ({ ...row, optional: note.startsWith("optional") }));
  expect(new Set(listed.map(text))).toEqual(new Set(installed.map(text)));
});

test("what is no option is MIT", () => {
  for (const { licence, note } of rows) if (!note.startsWith("optional")) expect(licence).toBe("MIT");
});

function text(value: object): string {
  return JSON.stringify(Object.entries(value).sort());
}

/** What npm installs for a package, and for what that needs; packages of ours tell of their own. */
function strangersOf(folder: string, seen = new Set<string>()): { manifest: Manifest; optional: boolean }[] {
  const { dependencies = {}, optionalDependencies = {} } = readManifest(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => {
    const found = folderOf(name, folder);
    if (name.startsWith("@layercode/") || seen.has(found)) return [];
    seen.add(found);
    return [{ manifest: readManifest(found), optional: name in optionalDependencies }, ...strangersOf(found, seen)];
  });
}

/** As Node looks for it: upwards, from where the package really is. */
function folderOf(name: string, from: string): string {
  for (let at = realpathSync(from); at !== dirname(at); at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(folder)) return realpathSync(folder);
  }
  throw new Error(`${name}, which ${from} needs, is not installed.`);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
