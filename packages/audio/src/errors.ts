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

/** The error of an option that nothing can be made of: names it, shows what came and says what is expected. */
export function invalidOption(name: string, value: unknown, expected: string): AudioError {
  return new AudioError("invalid-option", `Option "${name}" is ${String(value)}. Pass ${expected}.`);
}

/** Throws `invalid-option` for a rate at which nothing is recorded or played. */
export function checkSampleRate(sampleRate: number): void {
  if (!Number.isInteger(sampleRate) || sampleRate < 3000 || sampleRate > 192000) {
    throw invalidOption("sampleRate", sampleRate, "an integer from 3000 to 192000, in Hz");
  }
}

/** The error that explains; where the explanations cannot be loaded, one that has at least the code. */
export async function explained(
  code: AudioErrorCode,
  cause: unknown,
  explain: (texts: typeof import("./explanations.js")) => Explanation | Promise<Explanation>,
): Promise<AudioError> {
  const message = `${cause ?? code}. Why, and what to do, could not be loaded: check the network.`;
  const explanation = await import("./explanations.js").then(explain).catch(() => ({ code, message }));
  return new AudioError(explanation.code, explanation.message, cause);
}
