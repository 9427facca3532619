import { LayercodeError } from "../errors.js";
import { validate } from "./check.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";
import { type Rows, reconnectRows, required, rows, table } from "./table.js";

/** Throws `invalid-option` for what no later step could make sense of. Components call it with every render. */
export function validateOptions(options: LayercodeClientOptions): void {
  validateAll(rows, { ...options });
  validateAll(reconnectRows, { ...options.reconnect }, "reconnect.");
}

/** Names that apps of old pass, or that no page may pass, and what to do instead. */
const instead = new Map([
  ["apiKey", 'Keep it in your backend: pass "authorizeSessionEndpoint".'],
  ["endpoint", 'Pass "authorizeSessionEndpoint".'],
  ["pipelineId", 'Pass "agentId".'],
  ["_websocketUrl", 'Pass "url".'],
]);

/** `prefix`: what the names begin with where one is refused. */
function validateAll(rows: Rows, given: Record<string, unknown>, prefix = ""): void {
  for (const name in given)
    if (!rows.has(name)) {
      let remedy = given[name] && instead.get(name);
      for (const known of rows.keys())
        if (known.toLowerCase() === name.toLowerCase()) remedy = `Pass "${prefix}${known}".`;
      if (remedy) throw new LayercodeError("invalid-option", `There is no option "${prefix}${name}". ${remedy}`);
    }
  for (const [name, row] of rows)
    if (given[name] !== undefined || name in required) validate(prefix + name, row, given[name]);
}

/** Whether a call was given what the option of that name may be. Throws `invalid-option`. */
export function validateOption(name: "volume" | "audioInput" | "audioOutput", value: unknown): void {
  validate(name, table[name], value);
}
