import type { AudioErrorCode } from "./error-code.js";
import type { Explanation } from "./explanations.js";

/** The one error class of this package: switch on `code`; `message` says what to do. */
export class AudioError extends Error {
  readonly code: AudioErrorCode;

  constructor(code: AudioErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AudioError";
    this.code = code;
  }
}

/** The error of a call that was cancelled by its signal, by `stop()` or by `close()`. */
export function aborted(what: string, cause?: unknown): AudioError {
  return new AudioError("aborted", `${what} was cancelled.`, cause);
}

/** The error of an invalid option: names it, shows the value and says what is expected. */
export function invalidOption(name: string, value: unknown, expected: string): AudioError {
  return new AudioError("invalid-option", `Option "${name}" is ${String(value)}. Pass ${expected}.`);
}

/** Throws `invalid-option` for a sample rate that is not an integer from 3000 to 192000. */
export function checkSampleRate(sampleRate: number): void {
  if (!Number.isInteger(sampleRate) || sampleRate < 3000 || sampleRate > 192000) {
    throw invalidOption("sampleRate", sampleRate, "an integer from 3000 to 192000, in Hz");
  }
}

/**
 * Makes an error whose text is in the lazily loaded explanations. Where they cannot be loaded, it has `code` and the
 * cause's text.
 */
export async function explained(
  code: AudioErrorCode,
  cause: unknown,
  explain: (texts: typeof import("./explanations.js")) => Explanation | Promise<Explanation>,
): Promise<AudioError> {
  const message = `${cause ?? code}. Why, and what to do, could not be loaded: check the network.`;
  const explanation = await import("./explanations.js").then(explain).catch(() => ({ code, message }));
  return new AudioError(explanation.code, explanation.message, cause);
}
