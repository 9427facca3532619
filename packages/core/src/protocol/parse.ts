import { LayercodeError } from "../errors.js";
import { expectationOf, type Field, type Fields, fits, type MessageIn, type MessageTable } from "./fields.js";

/** A message of a type this version does not know, as it was received. */
export interface UnknownMessage {
  type: "unknown";
  raw: { type: string; [field: string]: unknown };
}

/** A read frame: a value, never an exception. */
export type ParseResult<M> = { ok: true; message: M | UnknownMessage } | { ok: false; error: LayercodeError };

/** Reads one JSON text frame by the fields of its `type`. The message is what JSON made: nothing of it is copied. */
export function parseWith<T extends MessageTable>(table: T, text: string): ParseResult<MessageIn<T>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: its text quotes the frame, which may be what somebody said.
    return fail(`A frame is not valid JSON (${text.length} characters). Frames are JSON objects with a "type".`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`A frame is ${describe(value)}. Frames are JSON objects with a "type".`);
  const raw = value as UnknownMessage["raw"];
  const { type }: { type?: unknown } = raw;
  if (typeof type !== "string") return fail(`A frame's "type" is ${describe(type)}. It is a string.`);
  const fields = Object.hasOwn(table, type) && table[type];
  if (!fields) return { ok: true, message: { type: "unknown", raw } };
  // A field of this name is nobody's: copied further it would become the prototype.
  if (Object.hasOwn(raw, "__proto__")) Reflect.deleteProperty(raw, "__proto__");
  if (!accept(fields, raw)) return fail(`A "${type}" message is malformed: ${faultsOf(fields, raw)}.`);
  // Fields that the table does not know stay: the app may.
  return { ok: true, message: raw as MessageIn<T> };
}

/** Whether every field fits; those that do are then as their types say. */
function accept(fields: Fields, raw: Record<string, unknown>): boolean {
  for (const name in fields) {
    const field = fields[name] as Field;
    const value = raw[name];
    if (!fits(field, value)) return false;
    if (field === "counter") raw[name] = Number(value);
    else if (field === "string?" && value === null) delete raw[name];
  }
  return true;
}

function faultsOf(fields: Fields, raw: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([name, field]) => !fits(field, raw[name]))
    .map(([name, field]) => `"${name}" is ${describe(raw[name])}, expected ${expectationOf(field)}`)
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
