/**
 * What a field of a message holds: a string, one of the values listed, a counter (a whole number from 0 on, which older
 * servers write as a string), an object, or any JSON. With a question mark it may be absent, and `null` counts as that.
 */
export type Field = "string" | "string?" | "counter" | "any" | readonly string[];

/** The fields of one message, without its `type`. */
export type Fields = { readonly [name: string]: Field };

/** The fields of every message by its `type`. Its TypeScript type, what is read of it and its schema follow from them. */
export type MessageTable = { readonly [type: string]: Fields };

/** Every message of a table, as it is once read. */
export type MessageIn<T extends MessageTable> = { [K in keyof T]: Message<K, T[K]> }[keyof T];

type Message<K, F> = Flat<
  { type: K } & { -readonly [N in keyof F as F[N] extends "string?" ? never : N]: ValueOf<F[N]> } & {
    -readonly [N in keyof F as F[N] extends "string?" ? N : never]?: ValueOf<F[N]>;
  }
>;

type ValueOf<F> = F extends readonly (infer V)[]
  ? V
  : F extends "counter"
    ? number
    : F extends "any"
      ? unknown
      : string;

type Flat<T> = { [N in keyof T]: T[N] };

/** Whether a value, as JSON gave it, may stand in a field. */
export function fits(field: Field, value: unknown): boolean {
  switch (field) {
    case "string":
      return typeof value === "string";
    case "string?":
      return typeof value === "string" || value === undefined || value === null;
    case "counter":
      if (typeof value === "string") return /^\d{1,15}$/.test(value);
      return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 1e15;
    case "any":
      return value !== undefined;
    default:
      return field.includes(value as string);
  }
}

/** What a field holds, in words for an error. */
export function wordsFor(field: Field): string {
  if (typeof field !== "string") return field.map((value) => JSON.stringify(value)).join(" or ");
  if (field === "counter") return "a whole number from 0 on, or its digits as a string";
  return field === "any" ? "a value" : field.replace("?", "");
}
