import type { Finding } from "./report.js";

/** An error, as far as a diagnosis looks at it. */
export interface Failure {
  /** That of a `LayercodeError`, or of an error of the audio package; empty: it has none. */
  readonly code: string;
  readonly message: string;
}

/** Whatever was thrown. Not by the class: what this file imported would become a file more for every page. */
export function failureOf(cause: unknown): Failure {
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  const { code, message } = cause as Error & { code?: unknown };
  return { code: typeof code === "string" ? code : "", message };
}

/** What a check found that failed with an error. */
export function failed(cause: { message: string }, remedy: string): Finding {
  return { status: "error", ...adviceOf(cause, remedy) };
}

/** An error's text tells what was wrong, and then what to do: the first sentence, and the others. */
export function adviceOf({ message }: { message: string }, remedy: string): { message: string; remedy: string } {
  const [, what, rest] = /^(.+?[.!?])\s+(?=[\p{Lu}"`])(.+)$/su.exec(message) ?? [];
  return what !== undefined && rest !== undefined ? { message: what, remedy: rest } : { message, remedy };
}
