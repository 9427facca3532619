/** How deep the JSON of a body may be nested, the outermost object counted. The same as the mock server's default. */
const maxJsonDepth = 64;

/** JSON that was read, or why it was not. */
export type ReadJson = { ok: true; value: unknown } | { ok: false; reason: "no-json" | "too-deep" };

/**
 * Reads JSON text without the names that would change a prototype. Never throws. Deeper JSON than 64 levels is refused:
 * it is parsed without trouble, and overflows the stack of whoever walks through it or writes it again.
 */
export function readJson(text: string): ReadJson {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, reason: "no-json" };
  }
  try {
    return { ok: true, value: copyJson(parsed) };
  } catch (error) {
    if (error === tooDeep) return { ok: false, reason: "too-deep" };
    throw error;
  }
}

const tooDeep = new RangeError(`The JSON is nested more than ${maxJsonDepth} levels deep.`);

/**
 * A deep copy of a JSON value, with every string in it, names included, put through `change`.
 * @throws {RangeError} when it is nested more than 64 levels deep.
 */
export function copyJson(value: unknown, change = (text: string) => text, levels = maxJsonDepth): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) throw tooDeep;
  if (Array.isArray(value)) return value.map((item) => copyJson(item, change, levels - 1));
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value))
    if (!changesPrototype(name, item)) copy[change(name)] = copyJson(item, change, levels - 1);
  return copy;
}

// JSON.parse makes them ordinary fields. Whoever copies such an object field by field (`target[name] = value`) would
// change the prototype of the copy, or of every object there is.
function changesPrototype(name: string, value: unknown): boolean {
  if (name === "__proto__") return true;
  return name === "constructor" && isObject(value) && Object.hasOwn(value, "prototype");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
