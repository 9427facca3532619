import type { BoundedBody } from "./bounded-body.js";
import { isObject, readJson } from "./json.js";
import { isErrorStatus, shorten } from "./refusal.js";
import type { Secret } from "./secret.js";

/** What Layercode's answer to the request for a session means. */
export type LayercodeAnswer = { ok: true; session: LayercodeSession } | ({ ok: false } & LayercodeRefusal);

/** What the browser needs of a session. */
interface LayercodeSession {
  client_session_key: string;
  conversation_id?: string;
  session_id?: string;
  config?: unknown;
}

interface LayercodeRefusal {
  code: "authorization" | "insufficient-balance";
  /** For the browser. */
  status: number;
  error: string;
  retryAfter: string | null;
  /** For the log: also what a proxy in between wrote. */
  log: string;
}

/** Reads it. No text of a refusal has a key in it. */
export function readLayercodeAnswer(response: Response, body: BoundedBody, secret: Secret): LayercodeAnswer {
  const { ok, status, headers } = response;
  const json = body.ok ? readJson(body.text) : undefined;
  const fields = json?.ok && isObject(json.value) ? json.value : {};
  // First hidden, then cut: half a key is too much.
  const words = wordsOf(fields) ?? (!ok && body.ok && !json?.ok ? plainText(body.text) : undefined);
  const said = words && shorten(withoutKeys(words, secret), 500);
  const retryAfter = headers.get("retry-after");
  const refuse = (refused: { status: number; error: string; began?: string }): LayercodeAnswer => ({
    ok: false,
    code: status === 402 || /insufficient[ _]balance/i.test(said ?? "") ? "insufficient-balance" : "authorization",
    status: refused.status,
    error: refused.error,
    retryAfter: retryAfter && secret.hide(retryAfter),
    log: `Layercode answered ${status}: ${refused.error}${refused.began ? ` It began: ${refused.began}` : ""}`,
  });

  if (!ok)
    return refuse({
      // Anything but a failure's status (a redirect, opaque or not) cannot be passed on as one.
      status: isErrorStatus(status) ? status : 502,
      error: said ?? `Layercode answered with status ${status} and no explanation.`,
      ...(said === undefined && body.ok && { began: shorten(withoutKeys(body.text, secret), 200) }),
    });
  const { client_session_key, conversation_id, session_id, config } = fields;
  const missing = (what: string) => refuse({ status: 502, error: said ?? `Layercode answered without a ${what}.` });
  if (!isFilled(client_session_key) || secret.isIn(client_session_key)) return missing("session key");
  if (!isFilled(conversation_id) && !isFilled(session_id)) return missing("conversation id");
  return {
    ok: true,
    session: {
      client_session_key,
      ...(isFilled(conversation_id) && { conversation_id }),
      ...(isFilled(session_id) && { session_id }),
      config,
    },
  };
}

// { error: "…" } is documented. What a proxy or a later version writes is shown by such an app's page just as well.
function wordsOf(fields: Record<string, unknown>): string | undefined {
  if (isObject(fields.error)) return wordsOf(fields.error);
  const words = [fields.error, fields.message, fields.detail, fields.code].find(isFilled);
  // A proxy that passed on as text what it had got itself.
  const inner = words?.startsWith("{") ? readJson(words) : undefined;
  return (inner?.ok && isObject(inner.value) && wordsOf(inner.value)) || words;
}

// A page of HTML is no message, and a token is none to show.
function plainText(text: string): string | undefined {
  const line = text.trim();
  return line === "" || /^[<{[]/.test(line) || /sess(?:ion_)?key/i.test(line) ? undefined : line;
}

/** Without the API key, and without session keys: each of them opens a user's conversation for an hour. */
export function withoutKeys(text: string, secret: Secret): string {
  return secret.hide(text).replace(/lc_sesskey_[\w.~+/=-]*/g, "[session key]");
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
