import type { LayercodeErrorCode } from "../errors.js";

/** An answer that opens no session. */
export interface RefusedAnswer {
  /** The endpoint as it was resolved, without its query. */
  endpoint: string;
  response: Response;
  /** As much of the body as was read. */
  text: string;
  /** The body as JSON; `null` when it is none. */
  value: unknown;
}

/** Why it opens none. Not the error itself: with its class imported here too, that would be a file more on every page. */
export interface RefusalReason {
  code: LayercodeErrorCode;
  message: string;
  /** How long the server asks to wait, in ms. */
  retryAfterMs?: number;
}

// Apps look for it, and for `insufficient_balance`: so does Layercode's own client begin.
const beginning = "Failed to authorize conversation";

/** What such an answer says, with the server's own words and never with a session key. */
export function explainRefusal(answer: RefusedAnswer): RefusalReason {
  const { endpoint, response, text, value } = answer;
  const { status } = response;
  const said = saidIn(answer);
  const message = said === undefined ? undefined : withoutKeys(said, value);
  const retryAfterMs = waitOf(response);
  const patience = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 402 || /insufficient[ _]balance/i.test(text))
    return {
      ...patience,
      code: "insufficient-balance",
      message: `${beginning}: insufficient_balance (${status}). The Layercode account has no balance left: top it up in the dashboard.${message ? ` The server said: ${message}` : ""}`,
    };
  return {
    ...patience,
    code: "authorization",
    message: `${beginning}: the authorize endpoint ${endpoint} ${redirection(response)}${describe(answer, message)}`,
  };
}

/** The words of the answer, whichever way it has them. */
function saidIn({ text, value }: RefusedAnswer): string | undefined {
  return messageOf(value) ?? (value === null ? plainText(text) : undefined);
}

const dayMs = 86_400_000;

/** `Retry-After` (RFC 9110 §10.2.3): seconds, or a date by the server's clock, which its `Date` tells. */
function waitOf({ headers }: Response): number | undefined {
  // The Response of a polyfill may have none.
  const said = headers?.get("retry-after")?.trim();
  if (!said) return undefined;
  const isNumber = /^\d+$/.test(said);
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const ms = isNumber ? Number(said) * 1000 : Date.parse(said) - now;
  return ms > 0 ? Math.min(ms, dayMs) : undefined;
}

// fetch followed it in silence. Most often it is a login page, and what the user needs is to sign in.
function redirection({ redirected, url }: Response): string {
  if (!redirected) return "";
  return `was redirected to ${url.replace(/[?#].*$/s, "")} (a login page? let the endpoint answer 401 instead), which `;
}

function describe(answer: RefusedAnswer, message: string | undefined): string {
  const { response, text, value } = answer;
  const { ok, status } = response;
  if (isNotThere(answer)) {
    const what = message === undefined ? kindOf(text, value) : JSON.stringify(message);
    return `answered ${status} with ${what}: nothing there answers a POST. ${howToAnswer}`;
  }
  if (message !== undefined) return `answered ${status}: ${message}`;
  if (!ok) return `answered ${status} without a reason (with ${kindOf(text, value)}): see the backend's log.`;
  if (value === null)
    return `answered ${status} with something that is no JSON of at most 64 kB: is it the right URL, and does the backend pass Layercode's answer on?`;
  return `answered ${status} without ${hasKey(value) ? "conversation_id (or session_id)" : "client_session_key"}: pass Layercode's answer on as it is.`;
}

const howToAnswer =
  'Let your backend answer it with createAuthorizeHandler() of "@layercode/core/server", or correct "authorizeSessionEndpoint". To try without a backend, use the mock: layercodeMock() in Vite, withLayercodeMock() in Next, or `npx -p @layercode/mock-server layercode-mock`.';

/** Whether the answer is that of a server which has no such endpoint: the first error of an app without a backend. */
export function isNotThere(answer: RefusedAnswer): boolean {
  const { response, value, text } = answer;
  const { status, redirected } = response;
  const message = saidIn(answer);
  // Development servers answer every path with the app's page.
  if (status === 200) return !redirected && isPage(text);
  if (status !== 404 && status !== 405 && status !== 501) return false;
  // JSON with words of its own is an answer of the app's: of Layercode, "Agent not found". Frameworks write these:
  return (
    value === null ||
    message === undefined ||
    /^(page )?not found\W*$|method not allowed|\broute\b|cannot (find|post)/i.test(message)
  );
}

function isPage(text: string): boolean {
  return /^\s*<(!doctype|html)/i.test(text);
}

function kindOf(text: string, value: unknown): string {
  if (text.trim() === "") return "an empty body";
  if (isPage(text)) return "an HTML page";
  return value === null ? "a text" : "JSON that names no error";
}

// { error: "…" } is the protocol's; the others are what frameworks write: `detail` is FastAPI's, a list where the request
// was not as expected.
function messageOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { error, message, detail, msg } = value as Partial<Record<string, unknown>>;
  for (const candidate of [error, message, Array.isArray(detail) ? detail[0] : detail, msg]) {
    const inner = messageOf(candidate);
    if (inner !== undefined) return inner;
    if (typeof candidate === "string" && candidate.trim() !== "") return unwrapped(candidate.trim());
  }
  return undefined;
}

/** What a backend passed on as the text that it had got, which is JSON itself. */
function unwrapped(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    return messageOf(JSON.parse(text)) ?? text;
  } catch {
    return text;
  }
}

// An HTML page is no message, and half a session is none to show.
function plainText(text: string): string | undefined {
  const line = text.trim();
  return line === "" || line.startsWith("<") || /sess(?:ion_)?key/i.test(line) ? undefined : line;
}

function withoutKeys(message: string, value: unknown): string {
  const clean = hasKey(value) ? message.replaceAll(value.client_session_key, "[session key]") : message;
  const shown = clean.replace(/lc_sesskey_[\w.~+/=-]*/g, "[session key]");
  return shown.length > 500 ? `${shown.slice(0, 500)}…` : shown;
}

function hasKey(value: unknown): value is { client_session_key: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "client_session_key" in value &&
    typeof value.client_session_key === "string" &&
    value.client_session_key !== ""
  );
}
