import { LayercodeError } from "../errors.js";

// One check of one value. Apart from the table of options, for a session needs it without the table.

/** Whether a value will do, and what would: the end of the sentence "Pass …". */
export type Check = readonly [isValid: (value: unknown) => boolean, expected: string];

export const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What the option `metadata` is, and, but for the function, what such a function returns. */
export const metadataExpected = "a plain object, or a function that returns one";

/** Throws `invalid-option`. */
export function validateMetadata(value: unknown): asserts value is Record<string, unknown> {
  validate("metadata", [isObject, metadataExpected], value);
}

/** Throws `invalid-option`. */
export function validate(
  name: string,
  [isValid, expected]: readonly [...check: Check, byDefault?: unknown],
  value: unknown,
): void {
  if (!isValid(value))
    throw new LayercodeError("invalid-option", `Option "${name}" is ${shown(value)}. Pass ${expected}.`);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  try {
    const text = typeof value === "string" || typeof value === "object" ? JSON.stringify(value) : String(value);
    return text.slice(0, 100);
  } catch {
    // A circle, or an object without a text: shown by its kind.
    return {}.toString.call(value);
  }
}
