import type { AuthorizeHandlerOptions } from "./server-options.js";

/** Tells `onError`, whose own failure must not become the answer's. */
export function report({ onError }: Pick<AuthorizeHandlerOptions, "onError">, error: Error): void {
  try {
    onError?.(error);
  } catch {
    // There is nobody left to tell.
  }
}
