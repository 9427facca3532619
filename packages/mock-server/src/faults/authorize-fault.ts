import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuthorizeFault } from "./faults.js";

/** Waits as long as the fault says. Answers `false` when the caller has hung up meanwhile, which ends a hang. */
export async function delayAnswer({ delayMs = 0, hang }: AuthorizeFault, response: ServerResponse): Promise<boolean> {
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  response.on("close", hangUp);
  try {
    if (response.destroyed) return false;
    if (hang) await new Promise((resolve) => gone.signal.addEventListener("abort", resolve));
    else await sleep(delayMs, undefined, { signal: gone.signal });
  } catch {
    // The caller hung up, which aborts the sleep.
  } finally {
    response.off("close", hangUp);
  }
  return !gone.signal.aborted;
}

/** What is answered in place of a key; `null` when the fault is only slow. */
export function faultyAnswer({ status, error, retryAfter }: AuthorizeFault): FaultyAnswer | null {
  if (status === undefined && error === undefined && retryAfter === undefined) return null;
  return {
    // Who asks to wait is not broken, but busy.
    status: status ?? (retryAfter === undefined ? 500 : 503),
    body: { error: error ?? "The mock server was told to fail." },
    headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  };
}

interface FaultyAnswer {
  status: number;
  body: { error: string };
  headers: Record<string, string>;
}
