/**
 * What a value shall be like: of an object only the fields named, of an array every element, a string by itself or by
 * a regular expression, anything by a predicate. Asymmetric matchers (`expect.any(String)`) work anywhere.
 */
export type Match<T> = unknown extends T ? unknown : MatchOfValue<T> | ((value: T) => boolean);

type MatchOfValue<T> = T extends string
  ? T | RegExp
  : T extends readonly (infer Item)[]
    ? readonly Match<Item>[]
    : T extends object
      ? { readonly [Field in keyof T]?: Match<T[Field]> }
      : T;

interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
}

/** Where a value is not like the match, one sentence for each place; empty when it fits. */
export function differences(value: unknown, match: unknown, path = ""): string[] {
  const place = path === "" ? "the value" : path;
  const isNot = (expected: string) => [`${place} is ${describeValue(value)}, expected ${expected}`];
  if (typeof match === "function") return match(value) ? [] : isNot(`what ${match.name || "the predicate"} accepts`);
  if (match instanceof RegExp)
    return typeof value === "string" && value.search(match) >= 0 ? [] : isNot(`something like ${match}`);
  if (isAsymmetric(match)) return match.asymmetricMatch(value) ? [] : isNot(String(match));
  if (Array.isArray(match)) {
    if (!Array.isArray(value)) return isNot(`an array of ${match.length}`);
    if (value.length !== match.length) return isNot(describeValue(match));
    return match.flatMap((item, i) => differences(value[i], item, `${path}[${i}]`));
  }
  if (isObject(match)) {
    if (!isObject(value)) return isNot(describeValue(match));
    return Object.entries(match).flatMap(([field, expected]) =>
      differences(Object.hasOwn(value, field) ? value[field] : undefined, expected, path ? `${path}.${field}` : field),
    );
  }
  return Object.is(value, match) ? [] : isNot(describeValue(match));
}

/** A value in a few words, at most about 120 characters of it, in one line of printable ones. Never throws. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return value.name || "a predicate";
  // NaN and Infinity have no JSON.
  if (value instanceof RegExp || typeof value === "bigint" || typeof value === "number") return String(value);
  const text = printable(jsonOf(value) ?? {}.toString.call(value));
  return text.length > 120 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}

/** The text with what would move a terminal's cursor, or turn its writing around, as JSON escapes it. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `undefined` of what has none: a circle, a symbol. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, inner) =>
      isAsymmetric(inner) || inner instanceof RegExp || typeof inner === "bigint" ? `${inner}` : inner,
    );
  } catch {
    return undefined;
  }
}

function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof value.asymmetricMatch === "function";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
