import { LayercodeError } from "../errors.js";
import { discardBody, readBoundedText } from "./bounded-body.js";
import { startDeadline } from "./deadline.js";
import { copyJson } from "./json.js";
import { readLayercodeAnswer, withoutKeys } from "./layercode-answer.js";
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

/**
 * Asks Layercode for a session and answers as the browser may see it: never with the API key. Tells `onError` of every
 * failure but a browser that has gone.
 */
export async function requestSession({ apiKey, secret, body, options, signal }: SessionRequest): Promise<Response> {
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
      return refusal(status, error, retryAfter === null ? {} : { "retry-after": retryAfter });
    }
    // Nobody should write the key into a configuration, and nobody should find out that somebody did.
    return Response.json(copyJson(answer.session, secret.hide));
  } catch (error) {
    if (signal.aborted) return refusal(499, "The caller has gone.");
    const message = deadline.expired ? "Layercode did not answer in time." : "Layercode could not be reached.";
    report(options, new LayercodeError("connection", withoutKeys(`${message} ${describe(error)}`, secret)), secret);
    return refusal(deadline.expired ? 504 : 502, `${message} Try again in a moment.`);
  } finally {
    deadline.release();
  }
}
