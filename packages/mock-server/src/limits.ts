import { checkNames } from "./known-names.js";

/** What one client may do before its own connection, and no other, is ended or its frame refused; and what is remembered. */
export interface Limits {
  /** The longest WebSocket frame, in bytes: a longer one ends the session with 1009. Default 1 MiB. */
  frameBytes: number;
  /** How much a client may leave unread, in bytes, before its connection is ended. Default 32 MiB. */
  unsentBytes: number;
  /** How deep JSON may be nested, in frames and in the bodies of the REST API. Default 64. */
  jsonDepth: number;
  /**
   * What the records of all connections may hold together, in bytes: beyond it the oldest closed connections are
   * forgotten, then the older half of the fullest record. Default 512 MiB.
   */
  recordBytes: number;
}

const defaultLimits: Limits = {
  frameBytes: 1024 * 1024,
  unsentBytes: 32 * 1024 * 1024,
  jsonDepth: 64,
  recordBytes: 512 * 1024 * 1024,
};

/**
 * Fills in the defaults.
 * @throws {Error} when a limit is no positive integer, or there is none of that name.
 */
export function resolveLimits(limits: Partial<Limits>): Limits {
  checkNames(limits, Object.keys(defaultLimits), "limits.");
  for (const [name, value] of Object.entries(limits))
    if (!Number.isInteger(value) || value < 1) throw new Error(`limits.${name} is ${value}. It is a positive integer.`);
  return { ...defaultLimits, ...limits };
}
