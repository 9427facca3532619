import type { ClientMessage, ServerMessage, ServerMessageOf } from "@layercode/core/protocol";
import type { SpokenTurn } from "../conversation/conversation.js";
import type { FaultControl } from "../faults/faults.js";
import type { Match } from "../matching.js";
import type { UnmetExpectation } from "../scenarios/script-progress.js";
import type { WaitOptions } from "./awaiting.js";
import type { ReceivedMessage, SentMessage } from "./messages.js";
import type { Received } from "./received.js";
import type { Recorded } from "./record.js";
import type { Timeline } from "./timeline.js";

/** One WebSocket connection of a client. */
export interface MockSession {
  /** The same over all connections of a conversation. */
  readonly conversationId: string;
  /** New for each connection. */
  readonly connectionId: string;
  readonly agentId: string;
  /** What was passed on at authorization. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly received: Received;
  /** Every message written, the last ten minutes of audio among them. */
  readonly sent: readonly Recorded<SentMessage>[];
  /** What a script expected and was not so; empty for a scenario of hooks. */
  readonly unmet: readonly UnmetExpectation[];
  /** What is recorded of both directions, in ms since the connection; put together when it is read. */
  readonly timeline: Timeline;
  /** What goes wrong on this connection. */
  readonly faults: FaultControl;
  readonly closed: boolean;
  /** How the connection ended; `null` while it is open. */
  readonly closing: { code: number; reason: string } | null;
  /**
   * The first message from the client of this type, or that the predicate likes, already received or yet to come.
   * @throws {Error} when it has not come in time, or the session closes; the message lists what did come.
   */
  waitFor<T extends ClientMessage["type"]>(
    type: T,
    options?: WaitOptions<ReceivedMessage>,
  ): Promise<Extract<ClientMessage, { type: T }>>;
  waitFor(
    predicate: (message: ReceivedMessage) => boolean,
    options?: WaitOptions<ReceivedMessage>,
  ): Promise<ReceivedMessage>;
  /**
   * The first message from the client of this type that is like the match: of an object the fields named, of a string
   * also a regular expression, of anything a predicate. Already received or yet to come.
   * @throws {Error} when it has not come in time, or the session closes; the message shows the nearest one and what differs.
   */
  expect<T extends ReceivedMessage["type"]>(
    type: T,
    match?: Match<Extract<ReceivedMessage, { type: T }>>,
    options?: WaitOptions<ReceivedMessage>,
  ): Promise<Extract<ReceivedMessage, { type: T }>>;
  /** The same as `waitFor` for what the server wrote. */
  waitForSent<T extends ServerMessage["type"]>(
    type: T,
    options?: WaitOptions<SentMessage>,
  ): Promise<ServerMessageOf<T>>;
  waitForSent(predicate: (message: SentMessage) => boolean, options?: WaitOptions<SentMessage>): Promise<SentMessage>;
  /** The agent takes the floor and says this. Resolves when it is sent, or was interrupted. */
  say(text: string): Promise<SpokenTurn>;
  /**
   * Writes one message as it is.
   * @throws {Error} when the session is closed.
   */
  send(message: SentMessage): void;
  /**
   * Resolves when the last turn of the script is over, for the first time if it repeats itself.
   * @throws {Error} when an expectation was not met, `timeoutMs` (default: that of the server) have passed, or the session closes; it
   * names the turn that the script is at.
   */
  waitForScript(options?: { timeoutMs?: number }): Promise<void>;
  /**
   * Ends the connection. Default code 1000.
   * @throws {Error} when no close frame can carry the code (1006, say) or the reason; for such an end see `faults.drop()`.
   */
  close(code?: number, reason?: string): void;
}
