import { LayercodeError } from "../errors.js";
import { type Field, fits, type MessageIn, type MessageTable, wordsFor } from "./fields.js";

/** A message of a type this version does not know, as it was received. */
export interface UnknownMessage {
  type: "unknown";
  raw: { type: string; [field: string]: unknown };
}

/** A read frame: a value, never an exception. */
export type ParseResult<M> = { ok: true; message: M | UnknownMessage } | { ok: false; error: LayercodeError };

/** Makes what reads JSON text frames, each by the fields of its `type`. */
export function readerOf<T extends MessageTable>(table: T): (text: string) => ParseResult<MessageIn<T>> {
  const types = new Map(Object.entries(table).map(([type, fields]) => [type, Object.entries(fields)]));
  return (text) => read(types, text);
}

/** The fields of a message. */
type Expected = readonly (readonly [name: string, field: Field])[];

type Raw = UnknownMessage["raw"];

/** A good message is what JSON made: nothing is copied. */
function read<M>(types: ReadonlyMap<string, Expected>, text: string): ParseResult<M> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: its text quotes the frame, which may be what somebody said.
    return fail(`A frame is not valid JSON (${text.length} characters). Frames are JSON objects with a "type".`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`A frame is ${describe(value)}. Frames are JSON objects with a "type".`);
  const raw = value as Raw;
  const { type }: { type?: unknown } = raw;
  if (typeof type !== "string") return fail(`A frame's "type" is ${describe(type)}. It is a string.`);
  const expected = types.get(type);
  if (!expected) return { ok: true, message: { type: "unknown", raw } };
  const faults = accept(expected, raw);
  return faults.length === 0
    ? { ok: true, message: raw as M }
    : fail(`A "${type}" message is malformed: ${faults.join("; ")}.`);
}

/** What does not fit; whatever does is then as its type says. What nobody expects stays: the app may. */
function accept(expected: Expected, raw: Raw): string[] {
  const faults: string[] = [];
  // A field of this name is nobody's: copied further it would become the prototype.
  if (Object.hasOwn(raw, "__proto__")) Reflect.deleteProperty(raw, "__proto__");
  for (const [name, field] of expected) {
    const value = raw[name];
    if (!fits(field, value)) faults.push(`"${name}" is ${describe(value)}, expected ${wordsFor(field)}`);
    else if (value === null && field === "string?") delete raw[name];
    else if (field === "counter") raw[name] = Number(value);
  }
  return faults;
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string")
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  return typeof value === "object" ? "an object" : String(value);
}

function fail(message: string): { ok: false; error: LayercodeError } {
  return { ok: false, error: new LayercodeError("protocol", message) };
}
