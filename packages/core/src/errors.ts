/** What only core fails with. */
export const sessionErrorCodes = [
  "authorization",
  "insufficient-balance",
  "connect-timeout",
  "connection",
  "protocol",
  "not-connected",
  "invalid-data",
  "tool-failed",
] as const;

/** What an audio port may fail with, core too. A type test holds these to the codes of `@layercode/audio`'s `AudioError`. */
export const audioErrorCodes = [
  "aborted",
  "invalid-option",
  "permission-denied",
  "permission-dismissed",
  "device-not-found",
  "device-in-use",
  "insecure-context",
  "blocked-by-policy",
  "overconstrained",
  "worklet-load",
  "output-unsupported",
  "audio-blocked",
  "detector-failed",
  "recording-failed",
] as const;

/** What went wrong, as a value to switch on. */
export type LayercodeErrorCode = (typeof sessionErrorCodes | typeof audioErrorCodes)[number];

export interface LayercodeErrorOptions {
  /** The error underneath, if there is one. */
  cause?: unknown;
  /** Whether the session ended with it. Default false. */
  fatal?: boolean;
  /** HTTP status, where an HTTP answer was the failure. */
  status?: number;
  /** How long the server asks to wait, in ms, where it does (`Retry-After`). */
  retryAfterMs?: number;
}

// A registered symbol, so that two copies of this package in one page know each other's errors.
const marker = Symbol.for("layercode.error");

/** The one error class of this package: switch on `code`; `message` names the value that was wrong and the remedy. */
export class LayercodeError extends Error {
  readonly code: LayercodeErrorCode;
  /** Whether the session ended with it. */
  readonly fatal: boolean;
  /** HTTP status, where an HTTP answer was the failure. */
  readonly status?: number;
  /** How long the server asks to wait, in ms, where it does (`Retry-After`). */
  readonly retryAfterMs?: number;

  constructor(code: LayercodeErrorCode, message: string, options: LayercodeErrorOptions = {}) {
    super(message, options);
    this.name = "LayercodeError";
    this.code = code;
    const { fatal = false, status, retryAfterMs } = options;
    this.fatal = fatal;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    // `JSON.stringify(error)` has the message, too: apps send errors to where they collect them.
    Object.defineProperties(this, { [marker]: { value: true }, message: { enumerable: true } });
  }
}

/** Whether a value is a `LayercodeError`, also one made by another copy of this package. */
export function isLayercodeError(value: unknown): value is LayercodeError {
  return value instanceof Error && (value as unknown as Record<symbol, unknown>)[marker] === true;
}

/** The error as it is, or with its own `code` where that is one of ours, as of `@layercode/audio`; else `fallback`. */
export function asLayercodeError(error: unknown, fallback: LayercodeErrorCode): LayercodeError {
  if (isLayercodeError(error)) return error;
  const { code, message } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { code: "", message: String(error) };
  const known = audioErrorCodes.find((one) => one === code) ?? fallback;
  return new LayercodeError(known, message, { cause: error });
}

/** For the `catch()` of an `import()`: rejects with what to do, for the browser's text names a file at most. */
export function codeNotFetched(code: LayercodeErrorCode): (cause: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error ? cause.message : cause;
    const text = `Code could not be fetched (${reason}). Reload the page: a new deploy replaces files. Or check network and CSP (script-src).`;
    throw new LayercodeError(code, text, { cause });
  };
}
