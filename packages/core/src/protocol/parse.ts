import { LayercodeError } from "../errors.js";
import { type Field, type Fields, fits, type MessageIn, type MessageTable, wordsFor } from "./fields.js";

/** A message of a type this version does not know, as it was received. */
export interface UnknownMessage {
  type: "unknown";
  raw: { type: string; [field: string]: unknown };
}

/** A read frame: a value, never an exception. */
export type ParseResult<M> = { ok: true; message: M | UnknownMessage } | { ok: false; error: LayercodeError };

/** Makes what reads JSON text frames, each by the fields of its `type`. */
export function readerOf<T extends MessageTable>(table: T): (text: string) => ParseResult<MessageIn<T>> {
  const types = new Map(Object.entries(table).map(([type, fields]) => [type, expectationsOf(fields)]));
  return (text) => read(types, text);
}

/** The fields of a message, and how many of them must be there. */
interface Expectations {
  fields: ReadonlyMap<string, Field>;
  required: number;
}

function expectationsOf(fields: Fields): Expectations {
  const required = Object.values(fields).filter((field) => field !== "string?").length;
  return { fields: new Map(Object.entries(fields)), required };
}

type Raw = UnknownMessage["raw"];

/** A good message is what JSON made: nothing is copied. */
function read<M>(types: ReadonlyMap<string, Expectations>, text: string): ParseResult<M> {
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
  if (accept(expected, raw)) return { ok: true, message: raw as M };
  return fail(`A "${type}" message is malformed: ${faultsOf(expected, raw)}.`);
}

/**
 * Whether every field fits; those that do are then as their types say. It goes through what is there, and counts: that is
 * quicker than to look for each field. What nobody expects stays: the app may.
 */
function accept({ fields, required }: Expectations, raw: Raw): boolean {
  let found = 0;
  for (const name in raw) {
    const field = fields.get(name);
    const value = raw[name];
    // A field of this name is nobody's: copied further it would become the prototype.
    if (name === "__proto__") delete raw[name];
    if (!field) continue;
    if (!fits(field, value)) return false;
    if (field !== "string?") found++;
    else if (value === null) delete raw[name];
    if (field === "counter") raw[name] = Number(value);
  }
  return found === required;
}

function faultsOf({ fields }: Expectations, raw: Raw): string {
  return [...fields]
    .filter(([name, field]) => !fits(field, raw[name]))
    .map(([name, field]) => `"${name}" is ${describe(raw[name])}, expected ${wordsFor(field)}`)
    .join("; ");
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
