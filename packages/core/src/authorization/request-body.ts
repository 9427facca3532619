import { isObject, readJson } from "./json.js";
import type { AuthorizeRequestBody } from "./server-options.js";

/** A request's body as far as the browser may decide it, or what is wrong with it. */
export type ParsedRequestBody =
  | { ok: true; body: AuthorizeRequestBody; rawBody: Record<string, unknown> }
  | { ok: false; error: string };

/** Takes from JSON text the fields that a browser may set; `null` in an optional field counts as absent. Never throws. */
export function parseAuthorizeRequestBody(text: string): ParsedRequestBody {
  const read = readJson(text);
  if (!read.ok && read.reason === "too-deep") return fail("The request's body is nested more than 64 levels deep.");
  if (!read.ok || !isObject(read.value))
    return fail('The request\'s body is no JSON object. Send {"agent_id": "…"} as application/json.');
  const { agent_id, conversation_id, metadata, sdk_version } = read.value;
  if (agent_id === undefined && read.value.pipeline_id !== undefined)
    return fail('The request has "pipeline_id", which is called "agent_id" now: update the page\'s client.');
  if (typeof agent_id !== "string" || agent_id === "")
    return fail('The request\'s "agent_id" is missing or no string.');
  if (!isAbsent(conversation_id) && (typeof conversation_id !== "string" || conversation_id === ""))
    return fail('The request\'s "conversation_id" is no id: send a string, or leave it out for a new conversation.');
  if (!isAbsent(metadata) && !isObject(metadata)) return fail('The request\'s "metadata" is no JSON object.');
  if (!isAbsent(sdk_version) && typeof sdk_version !== "string")
    return fail('The request\'s "sdk_version" is no string.');
  return {
    ok: true,
    rawBody: read.value,
    body: {
      agent_id,
      ...(isAbsent(conversation_id) ? {} : { conversation_id }),
      metadata: metadata ?? {},
      ...(isAbsent(sdk_version) ? {} : { sdk_version }),
    },
  };
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function fail(error: string): ParsedRequestBody {
  return { ok: false, error };
}
