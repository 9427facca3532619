import type { ClientMessage } from "../../protocol/client-messages.js";
import type { Calls, SettleEffect } from "../calls.js";

/** One press of push-to-talk. */
export interface Press {
  readonly id: number;
  /** When it began, in seconds on the audio clock. */
  readonly at: number;
  /** When it was released, on the same clock; `null` while it is held. Until it ends, its tail is being flushed. */
  readonly releasedAt: number | null;
}

/** Push-to-talk. */
export interface Talk {
  readonly press: Press | null;
  readonly pressCount: number;
  /** Who waits until all that was said is on the wire. */
  readonly releaseCalls: Calls;
}

/** What push-to-talk wants done. */
export type TalkEffect =
  /** Lets the microphone deliver what it captured of the press, and writes it. */
  | { type: "flush"; press: number }
  /** Forgets the microphone's audio that waits for the connection. */
  | { type: "discardHeldAudio" }
  | { type: "schedule"; timer: "flushExpired"; afterMs: number }
  | { type: "cancel"; timer: "flushExpired" }
  | SettleEffect;

/** What push-to-talk tells the other slices. */
export type TalkSignal =
  | { signal: "send"; message: ClientMessage }
  /** The user has taken the turn: that interrupts the agent. */
  | { signal: "userTurnStarted" }
  /** The button is up: the turn of the user that the server has opened for it is closed. */
  | { signal: "pressReleased" }
  /** The user's turn is over, and the server was told. */
  | { signal: "pressEnded" };

/** Whether the button is held. */
export function isPressed({ press }: Talk): boolean {
  return press !== null && press.releasedAt === null;
}
