import { describeValue } from "../matching.js";

type Check = (value: unknown, place: string) => void;

/** @throws {Error} that says where something is wrong, what is there, and what should be. */
export function fail(place: string, value: unknown, remedy: string): never {
  throw new Error(`${place} is ${kindOf(value)}. ${remedy}`);
}

/** The fields of an object, of which none may be but the `known`; `null`: any. */
export function fields(
  value: unknown,
  place: string,
  known: readonly string[] | null,
  kind = "an object",
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) fail(place, value, `It is ${kind}.`);
  const stranger = known && Object.keys(value).find((field) => !known.includes(field));
  if (typeof stranger === "string")
    throw new Error(`${place} has a field ${quoted(stranger)}, which is unknown. There are ${known?.join(", ")}.`);
  return value;
}

/** Checks a field if it is there. */
export function checkField(owner: Readonly<Record<string, unknown>>, place: string, field: string, check: Check): void {
  if (owner[field] !== undefined) check(owner[field], place === "" ? field : `${place}.${field}`);
}

/** One, or a list of at least one. */
export function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return check(value, place);
    if (value.length === 0) fail(place, value, "Leave it out, or fill it.");
    Array.from(value, (item: unknown, i) => check(item, `${place}[${i}]`));
  };
}

export function nonEmptyText(value: unknown, place: string): void {
  if (typeof value !== "string" || value.trim() === "") fail(place, value, "It is text that is not blank.");
}

export function checkTrigger(value: unknown, place: string): void {
  if (value !== "automatic" && value !== "push_to_talk") fail(place, value, 'It is "automatic" or "push_to_talk".');
}

export function milliseconds(value: unknown, place: string): void {
  if (typeof value !== "number" || !(value >= 0 && value <= 86_400_000))
    fail(place, value, "It is a number of milliseconds, 0 to 86400000 (a day).");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

function kindOf(value: unknown): string {
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "string") return `the text ${describeValue(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isObject(value)) return "an object";
  if (value === undefined) return "missing";
  if (typeof value === "boolean" || value === null) return String(value);
  return `a ${typeof value}`;
}
