import { LayercodeError } from "../errors.js";
import { discardBody, readBoundedText } from "./bounded-body.js";
import { startDeadline } from "./deadline.js";
import { copyJson } from "./json.js";
import { readLayercodeAnswer, withoutKeys } from "./layercode-answer.js";
import { passedOnStatusText } from "./passed-on.js";
import { refusal } from "./refusal.js";
import { describe, report } from "./report.js";
import type { Secret } from "./secret.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

/** One request to Layercode's REST API. */
export interface SessionRequest {
  apiKey: string;
  /** What hides that key. */
  secret: Secret;
  /** JSON text. */
  body: string;
  options: Pick<AuthorizeHandlerOptions, "apiUrl" | "fetch" | "timeoutMs" | "onError">;
  /** Aborts when the browser has gone. */
  signal: AbortSignal;
}

/** A session that Layercode has opened, as the browser may see it. */
interface OpenedSession {
  session: Record<string, unknown>;
  conversationId: string;
}

/**
 * Asks Layercode for a session. What comes back is as the browser may see it, a refusal too: never with the API key. Tells `onError` of every
 * failure but a browser that has gone.
 */
export async function requestSession({
  apiKey,
  secret,
  body,
  options,
  signal,
}: SessionRequest): Promise<OpenedSession | Response> {
  const send = options.fetch ?? fetch;
  const url = `${(options.apiUrl ?? "https://api.layercode.com").replace(/\/+$/, "")}/v1/agents/web/authorize_session`;
  const deadline = startDeadline(options.timeoutMs ?? 10_000, signal);
  try {
    const sending = send(url, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", accept: "application/json" },
      body,
      // A redirect would carry the key to who knows where.
      redirect: "manual",
      signal: deadline.signal,
    });
    const response = await deadline.race(sending, discardBody);
    const answer = readLayercodeAnswer(response, await readBoundedText(response, deadline), secret);
    if (!answer.ok) {
      const { status, code, error, log, retryAfter } = answer;
      report(options, new LayercodeError(code, log, { status: response.status }), secret);
      const refused = refusal(status, error, retryAfter === null ? {} : { "retry-after": retryAfter });
      // Pages show it, and some decide by it. Of another status than Layercode's it would be a lie.
      const statusText = status === response.status ? passedOnStatusText(secret.hide(response.statusText)) : "";
      return new Response(refused.body, { status, statusText, headers: refused.headers });
    }
    // Nobody should write the key into a configuration, and nobody should find out that somebody did.
    const session = copyJson(answer.session, secret.hide) as Record<string, unknown>;
    return { session, conversationId: String(session.conversation_id ?? session.session_id) };
  } catch (error) {
    if (signal.aborted) return refusal(499, "The caller has gone.");
    const message = deadline.expired ? "Layercode did not answer in time." : "Layercode could not be reached.";
    report(options, new LayercodeError("connection", withoutKeys(`${message} ${describe(error)}`, secret)), secret);
    return refusal(deadline.expired ? 504 : 502, `${message} Try again in a moment.`);
  } finally {
    deadline.release();
  }
}
