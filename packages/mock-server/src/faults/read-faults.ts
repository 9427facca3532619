import type { ServerFaults } from "./faults.js";
import { parseServerFaults } from "./parse-faults.js";

/**
 * Faults as a command line says them: `latencyMs=200`, `toClient.jitterMs=50`, `drop.how=reset`. `place` is for messages.
 * @throws {Error} that names the pair, or the field, that cannot be right.
 */
export function readFaults(pairs: readonly string[], place: string): ServerFaults {
  const faults: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, path, value] = /^(\w+(?:\.\w+)?)=(.*)$/s.exec(pair) ?? [];
    if (path === undefined || value === undefined || path.includes("__"))
      throw new Error(
        `${place} is ${JSON.stringify(pair)}. Write name=value, such as latencyMs=200 or drop.how=reset.`,
      );
    const [outer, inner] = path.split(".", 2) as [string, string?];
    const read = texts.has(path) ? value : readValue(value);
    const former = Object.hasOwn(faults, outer) ? faults[outer] : undefined;
    if (inner === undefined) faults[outer] = read;
    else faults[outer] = { ...(typeof former === "object" ? former : {}), [inner]: read };
  }
  return parseServerFaults(faults, place);
}

/** The fields that are words of somebody's. */
const texts: ReadonlySet<string> = new Set(["authorize.error", "drop.reason"]);

function readValue(text: string): boolean | number | string {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(\d+(\.\d+)?|\.\d+)$/.test(text) ? Number(text) : text;
}
