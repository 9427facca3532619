import { LayercodeError } from "../errors.js";
import { type BoundedBody, discardBody, readBoundedText } from "./bounded-body.js";
import { startDeadline } from "./deadline.js";
import { refusal } from "./refusal.js";
import { report } from "./report.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

/** One request to Layercode's REST API. */
export interface SessionRequest {
  apiKey: string;
  body: Record<string, unknown>;
  options: Pick<AuthorizeHandlerOptions, "apiUrl" | "fetch" | "timeoutMs" | "onError">;
  /** Aborts when the browser has gone. */
  signal: AbortSignal;
}

/** Asks Layercode for a session and answers as the browser may see it: never with the API key. */
export async function requestSession({ apiKey, body, options, signal }: SessionRequest): Promise<Response> {
  const send = options.fetch ?? fetch;
  const url = `${(options.apiUrl ?? "https://api.layercode.com").replace(/\/+$/, "")}/v1/agents/web/authorize_session`;
  const deadline = startDeadline(options.timeoutMs ?? 10_000, signal);
  try {
    const sending = send(url, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      // A redirect would carry the key to who knows where.
      redirect: "manual",
      signal: deadline.signal,
    });
    const response = await deadline.race(sending, discardBody);
    return passOn(response, await readBoundedText(response, deadline), apiKey);
  } catch (error) {
    const reason = error instanceof Error ? describeChain(error) : String(error);
    const message = deadline.expired ? "Layercode did not answer in time." : "Layercode could not be reached.";
    if (signal?.aborted) return refusal(499, "The caller has gone.");
    report(options, new LayercodeError("connection", withoutKey(`${message} ${reason}`, apiKey)));
    return refusal(deadline.expired ? 504 : 502, `${message} Try again in a moment.`);
  } finally {
    deadline.release();
  }
}

function passOn(response: Response, read: BoundedBody, apiKey: string): Response {
  const fields = read.ok ? parseObject(read.text) : undefined;
  const error = typeof fields?.error === "string" && fields.error !== "" ? withoutKey(fields.error, apiKey) : undefined;
  if (!response.ok) {
    const retryAfter = response.headers.get("retry-after");
    return refusal(
      // Anything but a failure's status (a redirect, opaque or not) cannot be passed on as one.
      response.status >= 400 ? response.status : 502,
      error ?? `Layercode answered with status ${response.status} and no explanation.`,
      retryAfter === null ? {} : { "retry-after": retryAfter },
    );
  }
  if (typeof fields?.client_session_key !== "string" || fields.client_session_key === "")
    return refusal(502, error ?? "Layercode answered without a session key.");
  const { client_session_key, conversation_id, session_id, config } = fields;
  return Response.json({ client_session_key, conversation_id, session_id, config: configWithoutKey(config, apiKey) });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

// Some errors repeat the header they did not like.
function withoutKey(text: string, apiKey: string): string {
  return text.replaceAll(apiKey, "[API key]");
}

// Nobody should write the key into a configuration. A key shorter than any real one could stand in every word.
function configWithoutKey(config: unknown, apiKey: string): unknown {
  if (config === undefined || apiKey.length < 6) return config;
  const text = JSON.stringify(config, (_, value) => (typeof value === "string" ? withoutKey(value, apiKey) : value));
  return JSON.parse(text);
}

function describeChain(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${describeChain(error.cause)}` : error.message;
}
