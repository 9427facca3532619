import { checkNames } from "../known-names.js";
import { describeValue } from "../matching.js";

/** Looks at one value. @throws {Error} that names the place and says what may stand there. */
export type Field = (value: unknown, place: string) => void;

export const boolean: Field = (value, place) => {
  if (typeof value !== "boolean") refuse(value, place, "true or false");
};

export const closeCode: Field = (value, place) => {
  // What a peer may write into a close frame: RFC 6455, section 7.4.
  const allowed =
    Number.isInteger(value) &&
    (([1000, 1001, 1002, 1003] as unknown[]).includes(value) ||
      ((value as number) >= 1007 && (value as number) <= 1014) ||
      ((value as number) >= 3000 && (value as number) <= 4999));
  if (!allowed) refuse(value, place, "a close code: 1000–1003, 1007–1014 or 3000–4999");
};

export function number(least: number, meaning: string, most = 2 ** 31 - 1): Field {
  return (value, place) => {
    if (typeof value !== "number" || !(value >= least && value <= most)) refuse(value, place, meaning);
  };
}

export function integer(least: number, most: number): Field {
  return (value, place) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      refuse(value, place, `an integer from ${least} to ${most}`);
  };
}

/** What may stand in `Retry-After`; a line break would begin another header. */
export const retryAfter: Field = (value, place) => {
  const isRight = typeof value === "number" ? Number.isInteger(value) && value >= 0 : /^[ -~]{1,100}$/.test(`${value}`);
  if (!isRight || (typeof value !== "number" && typeof value !== "string"))
    refuse(value, place, "a whole number of seconds, or a date such as Wed, 21 Oct 2026 07:28:00 GMT");
};

/** Text of at most this many bytes. */
export function text(longest: number): Field {
  return (value, place) => {
    if (typeof value !== "string" || Buffer.byteLength(value) > longest)
      refuse(value, place, `a text of at most ${longest} bytes`);
  };
}

export function oneOf(...choices: string[]): Field {
  return (value, place) => {
    if (!choices.includes(value as string)) refuse(value, place, choices.map((name) => `"${name}"`).join(", "));
  };
}

/** An object of these fields and no others, all optional; `check` looks at it as a whole. A field that is undefined counts as absent. */
export function object(
  fields: Readonly<Record<string, Field>>,
  check?: (value: Readonly<Record<string, unknown>>, place: string) => void,
): Field {
  return (value, place) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(value, place, "an object");
    checkNames(value, Object.keys(fields), `${place}.`);
    for (const [name, part] of Object.entries(value)) if (part !== undefined) fields[name]?.(part, `${place}.${name}`);
    check?.(value as Record<string, unknown>, place);
  };
}

function refuse(value: unknown, place: string, meaning: string): never {
  const shown = value === undefined ? "undefined" : describeValue(value);
  throw new Error(`${place} is ${shown}. It is ${meaning}.`);
}
