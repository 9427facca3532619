import type * as z from "zod/mini";
import { LayercodeError } from "../errors.js";

/** A message of a type this version does not know, as it was received. */
export interface UnknownMessage {
  type: "unknown";
  raw: { type: string; [field: string]: unknown };
}

/** A read frame: a value, never an exception. */
export type ParseResult<M> = { ok: true; message: M | UnknownMessage } | { ok: false; error: LayercodeError };

type Schemas<M extends { type: string }> = { readonly [T in M["type"]]: z.ZodMiniType<Extract<M, { type: T }>> };

/** Reads one JSON text frame by the schema of its `type`. */
export function parseWith<M extends { type: string }>(schemas: Schemas<M>, text: string): ParseResult<M> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: its text quotes the frame, which may be what somebody said.
    return fail(`A frame is not valid JSON (${text.length} characters). Frames are JSON objects with a "type".`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`A frame is ${describe(value)}. Frames are JSON objects with a "type".`);
  const raw = value as Record<string, unknown>;
  const type = raw.type;
  if (typeof type !== "string") return fail(`A frame's "type" is ${describe(type)}. It is a string.`);
  if (!Object.hasOwn(schemas, type)) return { ok: true, message: { type: "unknown", raw: { ...raw, type } } };
  const schema = schemas[type as M["type"]];
  const fields = withoutNulls(raw, type);
  const result = schema.safeParse(fields);
  // Fields that the schema does not know stay: the app may.
  if (result.success) return { ok: true, message: { ...fields, ...result.data } };
  const faults = result.error.issues.map((issue) => faultOf(issue, raw));
  return fail(`A "${type}" message is malformed: ${faults.join("; ")}.`, result.error);
}

// `null` in an optional field counts as absent; `content` of response.data may be null and mean it. A field named
// "__proto__" is nobody's: copied further it would become the prototype.
function withoutNulls(raw: Record<string, unknown>, type: string): Record<string, unknown> {
  const counts = (field: string) =>
    field !== "__proto__" && (raw[field] !== null || (type === "response.data" && field === "content"));
  const fields = Object.keys(raw);
  // Nearly every message: nothing is copied for it.
  if (fields.every(counts)) return raw;
  return Object.fromEntries(fields.filter(counts).map((field) => [field, raw[field]]));
}

// zod/mini says "Invalid input" to everything that no schema has a text for: path and expectation say what is wrong.
function faultOf(issue: z.core.$ZodIssue, raw: Record<string, unknown>): string {
  const field = String(issue.path[0] ?? "the message");
  return `"${field}" is ${describe(raw[field])}, expected ${expectationOf(issue)}`;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.message !== "Invalid input") return issue.message;
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(" or ");
  return issue.code === "invalid_type" && issue.expected !== "nonoptional" ? issue.expected : "a value";
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string")
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  return typeof value === "object" ? "an object" : String(value);
}

function fail(message: string, cause?: unknown): { ok: false; error: LayercodeError } {
  return { ok: false, error: new LayercodeError("protocol", message, cause === undefined ? {} : { cause }) };
}
