import type { LayercodeError } from "../errors.js";

/** Calls of the app, by their numbers, that wait for an outcome. */
export type Calls = readonly number[];

/** Tells those who wait for these calls how they ended. */
export interface SettleEffect {
  readonly type: "settle";
  readonly calls: Calls;
  readonly error?: LayercodeError | undefined;
}

/** Tells everybody of a failure. */
export interface ErrorEffect {
  readonly type: "emit";
  readonly event: "error";
  readonly payload: LayercodeError;
}

export function settle(calls: Calls, error?: LayercodeError): SettleEffect {
  return { type: "settle", calls, error };
}

/** Reports a failure once: to those who wait for it, and to everybody. */
function fail(error: LayercodeError, calls: Calls = []): [SettleEffect, ErrorEffect] {
  return [settle(calls, error), { type: "emit", event: "error", payload: error }];
}

/** Reports a failure, and puts it into the snapshot. */
export function showFailure(error: LayercodeError, calls: Calls = []) {
  return [showError(error), ...fail(error, calls)] as const;
}

/** Puts what went wrong into the snapshot; `null` takes it out again. */
export function showError(error: LayercodeError | null): { signal: "showError"; error: LayercodeError | null } {
  return { signal: "showError", error };
}
