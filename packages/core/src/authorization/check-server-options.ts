import { LayercodeError } from "../errors.js";
import { refuseUnknownOptions } from "../unknown-option.js";
import { isObject } from "./json.js";
import { shorten } from "./refusal.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

/** Whether a value will do, and what would: the end of the sentence "Pass …". */
type Check = readonly [isValid: (value: unknown) => boolean, expected: string];

const isFunction = (value: unknown) => typeof value === "function";
const isText = (value: unknown) => typeof value === "string";
const aFunction: Check = [isFunction, "a function"];
const milliseconds: Check = [(value) => typeof value === "number" && value > 0, "a number of milliseconds above 0"];
/** What is looked at with each request only, for it may be made for each. */
const perRequest: Check = [() => true, ""];

const checks: Record<keyof AuthorizeHandlerOptions, Check> = {
  apiKey: [(value) => isText(value) || isFunction(value), "the API key as text, or a function that gives it"],
  agentId: [isText, 'the id of your agent, such as "ag-123456"'],
  allowedAgents: [
    (value) => isFunction(value) || (Array.isArray(value) && value.every(isText)),
    "a list of ids, or a function",
  ],
  allowedOrigins: [
    (value) => value === "*" || (Array.isArray(value) && value.every(isOrigin)),
    'a list of origins with their scheme, such as ["https://app.example"], or "*" for all, without the list',
  ],
  trustProxy: [(value) => typeof value === "boolean", "true or false"],
  apiUrl: [
    (value) => isText(value) && /^https?:\/\/[^/]/.test(value as string),
    'a full URL, such as "https://api.layercode.com"',
  ],
  authorize: aFunction,
  onAuthorized: aFunction,
  onError: aFunction,
  fetch: aFunction,
  bodyTimeoutMs: milliseconds,
  timeoutMs: milliseconds,
  metadata: perRequest,
  config: perRequest,
  customMetadata: perRequest,
  customHeaders: perRequest,
};

/** Throws `invalid-option` for what no request could make sense of. What is not set may come with the environment. */
export function checkServerOptions(options: AuthorizeHandlerOptions): void {
  if (!isObject(options)) throw invalid("createAuthorizeHandler() was given no options. Pass { apiKey, agentId }.");
  refuseUnknownOptions(options, "createAuthorizeHandler()", Object.keys(checks));
  for (const [name, [isValid, expected]] of Object.entries(checks)) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || value === null || isValid(value)) continue;
    // Whatever somebody passed as the key is shown to nobody.
    const is = name === "apiKey" ? "no key" : shown(value);
    throw invalid(`Option "${name}" of createAuthorizeHandler() is ${is}. Pass ${expected}.`);
  }
}

// An entry that is not set is one of the environment: it lets nobody in. "null" is what a sandboxed frame sends, and
// "file://" a web view.
function isOrigin(value: unknown): boolean {
  if (value === undefined || value === "" || value === "null") return true;
  return typeof value === "string" && !value.includes("*") && /^[a-z][a-z\d+.-]*:\/\//i.test(value);
}

function shown(value: unknown): string {
  try {
    return shorten(typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value)));
  } catch {
    // A circle has no text.
    return {}.toString.call(value);
  }
}

function invalid(text: string): LayercodeError {
  return new LayercodeError("invalid-option", text);
}
