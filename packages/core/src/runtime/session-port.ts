import type { AudioInput } from "../audio/ports.js";
import type { Authorization } from "../authorization/authorize.js";
import type { PageState } from "../machine/connection/connection.js";
import type { Handlers } from "../machine/machine.js";
import type { Outgoing } from "../machine/outbox/outbox.js";
import type { Undo } from "../undo.js";

/** Whom to talk with, and for how long to ask. */
export interface AuthorizationRequest {
  agentId: string;
  /** The conversation to resume; `null` for a new one. */
  conversationId: string | null;
  signal: AbortSignal;
}

/** What only a session needs: it loads with the first `connect()`, or with `prepare()` (docs/decisions/0001). */
export interface SessionPort {
  /** What the machine does in a session. */
  readonly handlers: Handlers;
  /** Asks the app's backend for a session. Rejects with a `LayercodeError`. */
  authorize(request: AuthorizationRequest): Promise<Authorization>;
  openSocket(attempt: number, clientSessionKey: string): void;
  closeSocket(): void;
  send(outgoing: Outgoing): void;
  /** Lets the microphone deliver what it captured of a press, and writes it. */
  flush(audioInput: AudioInput | null, press: number): void;
  /** Forgets the microphone's audio that waits for the connection. */
  discardHeldAudio(): void;
  /** Tells at once, and with every change, whether there is a network and the page is seen. */
  watchPage(onChange: (page: PageState) => void): Undo;
}

const nothing = () => {};

/** Stands in for a session until its code is there: nothing is open, so there is nothing to do. */
export const noSession: SessionPort = {
  handlers: {},
  authorize: () => Promise.reject(new Error("The code of a session is not loaded.")),
  openSocket: nothing,
  closeSocket: nothing,
  send: nothing,
  flush: nothing,
  discardHeldAudio: nothing,
  watchPage: () => nothing,
};
