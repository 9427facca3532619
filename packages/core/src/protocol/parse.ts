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
  } catch (cause) {
    return fail(`A frame is not valid JSON (${text.length} characters). Frames are JSON objects with a "type".`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`A frame is ${describe(value)}. Frames are JSON objects with a "type".`);
  const raw = value as Record<string, unknown>;
  const type = raw.type;
  if (typeof type !== "string") return fail(`A frame's "type" is ${describe(type)}. It is a string.`);
  if (!Object.hasOwn(schemas, type)) return { ok: true, message: { type: "unknown", raw: { ...raw, type } } };
  const schema = schemas[type as M["type"]];
  const result = schema.safeParse(withoutNulls(raw, type));
  if (result.success) return { ok: true, message: result.data };
  const faults = result.error.issues.map((issue) => faultOf(issue, raw));
  return fail(`A "${type}" message is malformed: ${faults.join("; ")}.`, result.error);
}

// `null` in an optional field counts as absent; `content` of response.data may be null and mean it.
function withoutNulls(raw: Record<string, unknown>, type: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(raw))
    if (value !== null || (type === "response.data" && field === "content")) kept[field] = value;
  return kept;
}

// zod/mini says "Invalid input" to everything: the path and the expectation say what is wrong.
function faultOf(issue: z.core.$ZodIssue, raw: Record<string, unknown>): string {
  const field = String(issue.path[0] ?? "the message");
  const expected =
    "expected" in issue
      ? issue.expected
      : "values" in issue
        ? issue.values.map((v) => JSON.stringify(v)).join(" or ")
        : "valid";
  return `"${field}" is ${describe(raw[field])}, expected ${expected}`;
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
