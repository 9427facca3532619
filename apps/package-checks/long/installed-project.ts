import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { publicPackages } from "../src/packages.js";

const run = promisify(execFile);

/** A project outside of this repository, with all public packages installed from their tarballs. */
export interface InstalledProject {
  readonly folder: string;
  readonly tarballs: readonly string[];
  /** Runs a command in it. Rejects with what it wrote when it fails. */
  run(command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** The same in a folder of it, with more environment variables. */
  runIn(
    path: string,
    environment: Readonly<Record<string, string>>,
    command: string,
    ...args: string[]
  ): Promise<{ stdout: string; stderr: string }>;
  /** Writes files into it, by their paths. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Packs every public package and installs all of them together, with what else is named (`name@version`). */
export async function installTarballs(...others: string[]): Promise<InstalledProject> {
  const directory = await mkdtemp(join(tmpdir(), "layercode-tarballs-"));
  const folder = join(directory, "project");
  await Promise.all(
    publicPackages().map((one) => run("pnpm", ["pack", "--pack-destination", directory], { cwd: one.folder })),
  );
  const tarballs = (await readdir(directory))
    .filter((file) => file.endsWith(".tgz"))
    .map((file) => join(directory, file));
  const project: InstalledProject = {
    folder,
    tarballs,
    run: (command, ...args) => run(command, args, { cwd: folder }),
    runIn: (path, environment, command, ...args) =>
      run(command, args, { cwd: join(folder, path), env: { ...process.env, ...environment } }),
    async write(files) {
      for (const [path, contents] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), contents);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
  await project.write({ "package.json": JSON.stringify({ private: true, type: "module" }) });
  await project.run("npm", "install", "--no-audit", "--no-fund", ...tarballs, ...others);
  return project;
}
