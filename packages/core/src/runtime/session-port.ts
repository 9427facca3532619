import type { PlaybackPosition } from "../audio/ports.js";
import type { Authorization } from "../authorization/authorize.js";
import type { SpokenText } from "../conversation/spoken-text.js";
import type { Effect } from "../machine/effects.js";
import type { Handlers } from "../machine/machine.js";
import type { Model } from "../machine/model.js";
import type { Measurable } from "../stats/statistics.js";
import type { AudioRuntime } from "./audio-runtime.js";

/** Whom to talk with, and for how long to ask. */
export interface AuthorizationRequest {
  agentId: string;
  /** The conversation to resume; `null` for a new one. */
  conversationId: string | null;
  signal: AbortSignal;
}

/** The effects that only a session has. */
export type SessionEffect = Extract<
  Effect,
  {
    type:
      | ("openSocket" | "send" | "flush" | "discardHeldAudio" | "watchPage" | "lockPage" | "runTool" | "abortTools")
      | (
          | "enqueue"
          | "end"
          | "interrupt"
          | "setDetection"
          | "holdAgent"
          | "releaseAgent"
          | "watchInputDevices"
          | "watchOutputDevices"
        );
  }
>;

/** What only a session needs: it loads with the first `connect()`, or with `prepare()` (docs/decisions/0001). */
export interface SessionPort {
  /** What the machine does in a session. */
  readonly handlers: Handlers;
  /** What it counts, and what happens in it: figures are made of that. */
  readonly measurements: Measurable;
  /** Asks the app's backend for a session. Rejects with a `LayercodeError`. */
  authorize(request: AuthorizationRequest): Promise<Authorization>;
  /** When an event of the page happened, in seconds on the audio clock, which reads `now`. */
  timeOf(event: { timeStamp?: number }, now: number): number;
  /** What of the agent's speech has been heard by now; `heard` is what the player answers, `before` the last result. */
  spokenText(model: Model, heard: PlaybackPosition | null, before: SpokenText | null): SpokenText | null;
  run(effect: SessionEffect, audio: Pick<AudioRuntime, "ports" | "use">): void;
  /** Closes the socket; what it still tells is ignored. */
  closeSocket(): void;
  /** Gives up everything: the socket, the watch over the page, and what is kept of it. */
  close(): void;
}
