import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { findScenario, scenarioNames } from "./built-in.js";
import { quoted } from "./checks.js";
import { isScenarioLike, resolveScenario } from "./resolve-scenario.js";
import type { Scenario } from "./scenario.js";
import type { Script } from "./script.js";

const modules = [".js", ".mjs", ".ts", ".mts"];

/**
 * A scenario by name, or from a file: a script as JSON, or a module whose `default` or `scenario` export is a script or an
 * object with hooks. TypeScript where Node can (22.18 and later).
 * @throws {Error} when there is none, or it is not right; the message names the file and the place in it.
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario | Script> {
  const extension = extname(nameOrPath);
  if (extension !== ".json" && !modules.includes(extension)) {
    const found = findScenario(nameOrPath);
    if (found) return found;
    throw new Error(
      `There is no scenario ${quoted(nameOrPath)}. Use ${scenarioNames.join(", ")}, or the path of a .json, .js, .mjs or .ts file.`,
    );
  }
  try {
    return resolveScenario(extension === ".json" ? await readJson(nameOrPath) : await readModule(nameOrPath));
  } catch (error) {
    throw new Error(`The scenario ${nameOrPath} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

async function readJson(path: string): Promise<Script> {
  const text = await readFile(path, "utf8");
  // Some editors begin a file with a byte order mark, which is no JSON.
  const script: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
  if (!isScenarioLike(script)) throw new Error('it is no object with "turns".');
  return script as Script;
}

async function readModule(path: string): Promise<Scenario | Script> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown; scenario?: unknown };
  const scenario = module.default ?? module.scenario;
  if (isScenarioLike(scenario)) return scenario;
  throw new Error('its export "default" or "scenario" is neither a script, with "turns", nor an object with hooks.');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ERR_MODULE_NOT_FOUND")
    return `there is no such file, or it imports none. ${error.message}`;
  if (code === "ERR_UNKNOWN_FILE_EXTENSION")
    return `Node ${process.versions.node} cannot read TypeScript. Use Node 22.18 or later, or a .js or .json file.`;
  return error.message;
}
