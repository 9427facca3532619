import type { Secret } from "./secret.js";
import type { AuthorizeHandlerOptions } from "./server-options.js";

/**
 * Tells `onError`, without the key, and whatever was thrown as an Error; without an `onError` the server's log, in
 * production too (decision 8). `onError`'s own failure is nobody's: it is dropped.
 */
export function report({ onError }: Pick<AuthorizeHandlerOptions, "onError">, thrown: unknown, secret: Secret): void {
  try {
    // An async onError is allowed to reject: an unhandled rejection would end the process.
    const told: unknown = (onError ?? writeToLog)(withoutSecret(thrown, secret));
    if (told instanceof Promise) told.catch(() => {});
  } catch {
    // There is nobody left to tell.
  }
}

function writeToLog(error: Error): void {
  // biome-ignore lint/suspicious/noConsole: a server's log is where its failures are looked for.
  console.error("createAuthorizeHandler():", error);
}

/** The app's own error as it is; a copy of its texts where the key stands anywhere in it. */
function withoutSecret(thrown: unknown, secret: Secret): Error {
  if (!(thrown instanceof Error)) return new Error(secret.hide(describe(thrown)));
  return holds(thrown, secret) ? copyWithout(thrown, secret, mostCauses) : thrown;
}

// HTTP clients hang the request with its headers on their errors, and loggers write all of it.
function holds(error: Error, secret: Secret): boolean {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [error];
  try {
    while (waiting.length > 0) {
      const value = waiting.pop();
      if (typeof value === "string" && secret.isIn(value)) return true;
      if (typeof value !== "object" || value === null || seen.has(value)) continue;
      if (seen.size >= mostObjects) return true;
      seen.add(value);
      waiting.push(...partsOf(value));
    }
    return false;
  } catch {
    // Too much to look through, or a proxy that will not be looked at: better a copy than the key.
    return true;
  }
}

const mostObjects = 2000;
const mostCauses = 8;

function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  if (value instanceof Headers || value instanceof URLSearchParams) return [...value].flat();
  if (ArrayBuffer.isView(value)) return [new TextDecoder().decode(value)];
  // Message, stack and cause are own, and not enumerable.
  const own = Reflect.ownKeys(value).flatMap((name) => [String(name), read(value, name)]);
  // What loggers write of these is in no field of their own.
  if (value instanceof URL) return [value.href, ...own];
  if (value instanceof Request || value instanceof Response) return [value.url, value.headers, ...own];
  return own;
}

function read(value: object, name: string | symbol): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

function copyWithout(error: Error, secret: Secret, causes: number): Error {
  const cause = read(error, "cause");
  const options = causes > 0 && cause instanceof Error ? { cause: copyWithout(cause, secret, causes - 1) } : undefined;
  const copy = new Error(secret.hide(textOf(error, "message")), options);
  copy.name = secret.hide(textOf(error, "name"));
  copy.stack = secret.hide(textOf(error, "stack"));
  return copy;
}

function textOf(error: Error, field: "message" | "name" | "stack"): string {
  const value = read(error, field);
  return typeof value === "string" ? value : "";
}

/** An error's message with those of its causes, at most eight, so that a circle of causes ends. Never throws. */
export function describe(thrown: unknown): string {
  const messages: string[] = [];
  let at = thrown;
  do {
    messages.push(at instanceof Error ? textOf(at, "message") : toText(at));
    at = at instanceof Error ? read(at, "cause") : undefined;
  } while (at !== undefined && messages.length < mostCauses);
  return messages.join(": ");
}

function toText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that cannot be written as text";
  }
}
