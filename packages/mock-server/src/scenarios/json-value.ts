import { fail, isObject } from "./checks.js";

const deepest = 100;

/** @throws {Error} when a value cannot be written as JSON just as it is; the message names the place. */
export function checkJson(value: unknown, place: string, depth = 0): void {
  if (depth > deepest) throw new Error(`${place} is nested more than ${deepest} levels deep, or contains itself.`);
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    Array.from(value, (item: unknown, i) => checkJson(item, `${place}[${i}]`, depth + 1));
    return;
  }
  if (!isObject(value) || !isPlain(value))
    fail(place, value, "It is JSON: text, a finite number, true, false, null, a list, a plain object.");
  // `JSON.stringify()` leaves out a field that is `undefined`: allow it.
  for (const [field, inner] of Object.entries(value))
    if (inner !== undefined) checkJson(inner, `${place}.${field}`, depth + 1);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
