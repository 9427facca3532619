import { LayercodeError } from "../errors.js";
import { validate } from "./check.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";
import { type Rows, reconnectRows, required, rows, table } from "./table.js";

/** Throws `invalid-option` for what no later step could make sense of. Components call it with every render. */
export function validateOptions(options: LayercodeClientOptions): void {
  validateAll(rows, { ...options });
  validateAll(reconnectRows, { ...options.reconnect }, "reconnect.");
}

/** Names that apps of old pass, or that must not be passed at all, and what to do instead. */
const insteadOf = new Map([
  [
    "apiKey",
    "The key stays in your backend: createAuthorizeHandler() of @layercode/core/server. If a page had it, revoke it.",
  ],
  ["pipelineId", 'Pass "agentId".'],
  ["_websocketUrl", 'Pass "url".'],
]);

/** `prefix`: what the names begin with where one is refused. */
function validateAll(rows: Rows, given: Record<string, unknown>, prefix = ""): void {
  for (const name in given)
    if (!rows.has(name)) {
      const instead = insteadOf.get(name);
      if (instead && given[name] !== undefined)
        throw new LayercodeError("invalid-option", `There is no option "${prefix}${name}". ${instead}`);
      for (const meant of rows.keys())
        if (meant.toLowerCase() === name.toLowerCase())
          throw new LayercodeError(
            "invalid-option",
            `There is no option "${prefix}${name}". Pass "${prefix}${meant}".`,
          );
    }
  for (const [name, row] of rows)
    if (given[name] !== undefined || name in required) validate(prefix + name, row, given[name]);
}

/** Throws `invalid-option`. */
export function validateVolume(value: number): void {
  validate("volume", table.volume, value);
}
