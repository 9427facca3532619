import type { Socket } from "node:net";

/** The conditions that all pipes of a proxy share. */
export interface Conditions {
  latencyMs: number;
  jitterMs: number;
  bytesPerSecond: number;
  held: boolean;
}

/** One direction of a connection. */
export interface Pipe {
  /** Writes the pieces that are due, and sets the timer for the next. */
  deliver(): void;
  /** Drops the pieces that are not delivered yet, and the timer. */
  stop(): void;
}

// The most bytes that are under way at once. Beyond it the sender is paused, as the window of a real connection does.
const windowBytes = 256 * 1024;
// A chunk is cut into pieces of this size; in one piece, a slow line would deliver it in one burst at its end.
const pieceBytes = 1460;

/** Carries bytes from one socket to another under the conditions of the moment, in order, the end included. */
export function createPipe(from: Socket, to: Socket, conditions: Conditions): Pipe {
  /** `null` is the end of the stream. */
  const underway: { piece: Buffer | null; due: number }[] = [];
  let bytes = 0;
  let lineFreeAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function accept(piece: Buffer | null): void {
    const now = performance.now();
    lineFreeAt = Math.max(now, lineFreeAt) + (1000 * (piece?.length ?? 0)) / conditions.bytesPerSecond;
    const due = lineFreeAt + conditions.latencyMs + Math.random() * conditions.jitterMs;
    // TCP keeps the order: a piece that is due before the one ahead of it waits in the queue.
    underway.push({ piece, due });
    bytes += piece?.length ?? 0;
  }

  function deliver(): void {
    clearTimeout(timer);
    timer = undefined;
    if (conditions.held) return;
    const now = performance.now();
    for (let next = underway[0]; next; next = underway[0]) {
      if (next.due > now) {
        timer = setTimeout(deliver, next.due - now);
        break;
      }
      underway.shift();
      if (next.piece === null) {
        to.end();
      } else {
        bytes -= next.piece.length;
        to.write(next.piece);
      }
    }
    if (bytes + to.writableLength < windowBytes) from.resume();
  }

  from.on("data", (chunk) => {
    for (let at = 0; at < chunk.length; at += pieceBytes) accept(chunk.subarray(at, at + pieceBytes));
    if (bytes + to.writableLength >= windowBytes) from.pause();
    if (timer === undefined) deliver();
  });
  from.on("end", () => {
    accept(null);
    if (timer === undefined) deliver();
  });
  to.on("drain", deliver);

  return {
    deliver,
    stop() {
      clearTimeout(timer);
      underway.length = 0;
    },
  };
}
