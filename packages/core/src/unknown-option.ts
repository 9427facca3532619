import { LayercodeError } from "./errors.js";
import { nearestName } from "./nearest-name.js";

/**
 * Throws `invalid-option` for a name that means nothing: on a server a check that is spelt otherwise would be none, and
 * nobody would notice.
 */
export function refuseUnknownOptions(options: object, owner: string, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = nearestName(name, known);
    const remedy = meant === undefined ? `Pass ${known.join(", ")}, and no others.` : `Did you mean "${meant}"?`;
    throw new LayercodeError("invalid-option", `${owner} has no option "${name.slice(0, 100)}". ${remedy}`);
  }
}
