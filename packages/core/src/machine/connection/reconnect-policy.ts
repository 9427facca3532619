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
  /** How many times in a row it is tried. Default 8. */
  maxAttempts?: number;
  /** The longest wait before the first attempt, in ms; it doubles with each. The wait is random, from 0 on. Default 250. */
  baseDelay?: number;
  /** The longest wait before any attempt, in ms. Default 8000. */
  maxDelay?: number;
  /** Asked before each attempt, instead of the table of close codes: whether to go on. */
  shouldReconnect?: (event: ReconnectEvent) => boolean;
}

export type ReconnectPolicy = Required<ReconnectOptions>;

/** What happens without the option `reconnect`. */
export const defaultReconnectPolicy: ReconnectPolicy = {
  maxAttempts: 8,
  baseDelay: 250,
  maxDelay: 8000,
  shouldReconnect: ({ code }) => isMendable(code),
};

/** The option with its defaults; `false` is no attempt at all. */
export function reconnectPolicyOf(options: ReconnectOptions | false): ReconnectPolicy {
  return { ...defaultReconnectPolicy, ...(options || { maxAttempts: 0 }) };
}

/** A connection that lived less than this, in ms, was no connection: two in a row are not mended. */
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

/** Whether to try once more; `shortLived` connections in a row lived less than `shortLifeMs`. */
export function isWorthAnAttempt(policy: ReconnectPolicy, event: ReconnectEvent, shortLived: number): boolean {
  return shortLived < 2 && event.attempt <= policy.maxAttempts && policy.shouldReconnect(event);
}

/** Milliseconds before an attempt, counted from 1: full jitter, `random` is 0 up to 1. */
export function delayBefore({ baseDelay, maxDelay }: ReconnectPolicy, attempt: number, random: number): number {
  return Math.round(random * Math.min(maxDelay, baseDelay * 2 ** (attempt - 1)));
}
