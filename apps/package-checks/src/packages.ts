import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A package as its users get it. */
export interface PublicPackage {
  name: string;
  folder: string;
  /** What can be imported: the package's name, and its subpaths that are modules. */
  modules: string[];
}

interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, unknown>;
}

/** The root of the repository, with a slash at its end. */
export const repositoryFolder = fileURLToPath(new URL("../../../", import.meta.url));

const packagesFolder = `${repositoryFolder}packages/`;

/** Every package of the workspace that is published. */
export function publicPackages(): PublicPackage[] {
  return readdirSync(packagesFolder)
    .map((name) => `${packagesFolder}${name}`)
    .filter((folder) => existsSync(`${folder}/package.json`))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, modules: modulesOf(manifest) }));
}

// An entry without types is a file to host (a worklet), not a module to import.
function modulesOf(manifest: Manifest): string[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === "object")
    .map(([path]) => manifest.name + path.slice(1));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}
