import type { TransportClose } from "../../transport/transport.js";

/** Why a connection was lost, or could not be had again. */
export interface ConnectionLoss extends TransportClose {
  /**
   * `closed`: the other side, or the network, ended it. `stalled`: it looked open, and nothing came any more. `offline`:
   * the device had no network. `unreachable`: an attempt to come back did not get through.
   */
  cause: "closed" | "stalled" | "offline" | "unreachable";
}

/** A loss, and which attempt to come back would be the next, counted from 1. */
export interface ReconnectEvent extends ConnectionLoss {
  attempt: number;
}

/** How a lost connection is mended. */
export interface ReconnectOptions {
  /** For how long it is tried, in ms: no attempt begins later. What was connected in between does not count. Default 60000. */
  maxElapsedMs?: number | undefined;
  /** How many attempts there are; those that the network, the page or `connect()` bring forward do not count. Default `Infinity`. */
  maxAttempts?: number | undefined;
  /** The longest wait before the first attempt, in ms; it doubles with each. The wait is random, half of it at least. Default 500. */
  baseDelay?: number | undefined;
  /** The longest wait before any attempt, in ms. Default 8000. */
  maxDelay?: number | undefined;
  /** Asked before each attempt, instead of the table of close codes: whether to go on. */
  shouldReconnect?: ((event: ReconnectEvent) => boolean) | undefined;
}

export type ReconnectPolicy = { [Name in keyof ReconnectOptions]-?: Exclude<ReconnectOptions[Name], undefined> };

/** What happens without the option `reconnect`. */
export const defaultReconnectPolicy: ReconnectPolicy = {
  maxElapsedMs: 60_000,
  maxAttempts: Infinity,
  baseDelay: 500,
  maxDelay: 8000,
  shouldReconnect: ({ code }) => isMendable(code),
};

/** The option with its defaults; `undefined` counts as not given, `false` is no attempt at all. */
export function reconnectPolicyOf(options: ReconnectOptions | false): ReconnectPolicy {
  const given = Object.entries(options || { maxAttempts: 0 }).filter(([, value]) => value !== undefined);
  return { ...defaultReconnectPolicy, ...Object.fromEntries(given) };
}

/** A connection that lived less than this, in ms, was none: after it the back-off goes on instead of beginning anew. */
export const shortLifeMs = 5000;

// WebSocket close codes (RFC 6455 §7.4, IANA registry) after which a new connection may do better: the others say that
// the session is over (1000; 1005, the same without a code), or that the same would happen again (1002 a breach of the
// protocol, 1003 and 1007 data, 1008 policy, 1009 size, 1010 an extension, 1015 TLS, 3000 and up the service's own).
const mendable: ReadonlySet<number> = new Set([
  1001, // The server goes away: it restarts, or moves.
  1006, // No close at all: the network, or a crash.
  1011, // The server failed.
  1012, // It restarts.
  1013, // It is overloaded.
  1014, // A gateway between got no answer.
  3008, // It timed out.
]);

/** Whether a new connection may do better after this close code. */
export function isMendable(code: number): boolean {
  return mendable.has(code);
}

/** Whether the server ended the session in due form. */
export function isFarewell(code: number): boolean {
  return code === 1000 || code === 1005;
}

// Everybody has lost the connection in the same moment.
const restarts: ReadonlySet<number> = new Set([1001, 1012, 1013]);
/** Over which steps the first attempts after a restart are spread: eight times the first. */
const stepAfterRestart = 4;

/** With less than this left, in ms, nothing is tried any more: the last attempts would crowd together. */
const shortestWaitMs = 250;

/** Whether the server itself has ended it: who then comes back at once will meet the same again. */
export function isThrownOut({ code }: ConnectionLoss): boolean {
  return code !== 1006;
}

/**
 * Whether to try once more: the server has ended `shortLived` connections in a row before they lived `shortLifeMs`, and
 * `leftMs` remain of `maxElapsedMs`.
 */
export function isWorthAnAttempt(
  policy: ReconnectPolicy,
  event: ReconnectEvent,
  { shortLived, leftMs }: { shortLived: number; leftMs: number },
): boolean {
  const hasTime = leftMs >= Math.min(shortestWaitMs, policy.baseDelay / 2, policy.maxElapsedMs / 2);
  return hasTime && shortLived < 2 && event.attempt <= policy.maxAttempts && policy.shouldReconnect(event);
}

/**
 * Milliseconds before an attempt, at most `leftMs`; `random` is 0 up to 1. Half of a step is certain, so that a server that
 * struggles is left alone; the other half is chance, so that clients that lost it together do not come back together.
 * After a restart, which all of them notice at once, chance has a wider field.
 */
export function delayBefore(
  { baseDelay, maxDelay }: ReconnectPolicy,
  { attempt, code, cause }: Pick<ReconnectEvent, "attempt" | "code" | "cause">,
  random: number,
  leftMs: number,
): number {
  const isRestart = cause === "closed" && restarts.has(code);
  const step = isRestart ? Math.max(attempt, stepAfterRestart) : attempt;
  const most = Math.min(maxDelay, baseDelay * 2 ** (step - 1), leftMs);
  const least = (isRestart ? Math.min(baseDelay, most) : most) / 2;
  return Math.round(least + random * (most - least));
}
