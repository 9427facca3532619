import { wireRate } from "./wire-rate.js";

// How a socket takes what is written into it. Pure: the time comes in.

/** Bytes of a sample on the wire: 16 bits in base64, and what a message of 20 ms has around them. */
export const bytesPerSample = 2.9;
/** Half a second of audio in the socket's own buffer: a network that keeps up never has so much before it. */
export const socketLimit = wireRate / 2;

/** For how long a socket has not kept up, in ms in which the page let it. */
export interface Drain {
  /** When it was looked at last, in ms of a clock that nobody sets. */
  readonly seenAt: number;
  /** Bytes that the network had taken by then. */
  readonly sentBytes: number;
  /** For how long more has waited in it than a network that keeps up leaves there. */
  readonly fullMs: number;
  /** For how long it has taken nothing of what waits, and nothing has come. */
  readonly stuckMs: number;
}

/** A socket, as it is looked at. */
export interface SocketState {
  /** Bytes that were written and wait for the network. */
  readonly unsentBytes: number;
  /** Bytes that the network has taken. */
  readonly sentBytes: number;
}

/**
 * The most that passes between two looks, in ms. A page that is busy for seconds looks at nothing, and is not told
 * meanwhile what the network took: that time is none in which the network was slow.
 */
const longestStep = 250;
/** For how long a socket may be full before the network counts as behind: a burst needs a moment to get away. */
const fullLimitMs = 500;
/** For how long a socket may take nothing before the connection counts as dead. A handover takes a phone seconds. */
const stuckLimitMs = 6000;

/** A socket that has just opened. */
export function newDrain(now: number): Drain {
  return { seenAt: now, sentBytes: 0, fullMs: 0, stuckMs: 0 };
}

/** Looks at the socket again, before more is written. */
export function look(before: Drain, { unsentBytes, sentBytes }: SocketState, now: number): Drain {
  const passed = Math.min(Math.max(now - before.seenAt, 0), longestStep);
  const isFull = unsentBytes > socketLimit * bytesPerSample;
  const isStuck = unsentBytes > 0 && sentBytes <= before.sentBytes;
  return {
    seenAt: now,
    sentBytes,
    fullMs: isFull ? before.fullMs + passed : 0,
    stuckMs: isStuck ? before.stuckMs + passed : 0,
  };
}

/** A message came by the socket: it lives. */
export function heard(drain: Drain): Drain {
  return { ...drain, stuckMs: 0 };
}

/** Whether the network does not keep up with what is written. */
export function isBehind({ fullMs }: Drain): boolean {
  return fullMs >= fullLimitMs;
}

/** Whether the connection is dead, though nobody has said so. */
export function isDead({ stuckMs }: Drain): boolean {
  return stuckMs >= stuckLimitMs;
}
