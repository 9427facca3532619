import type { AgentConfig } from "../../authorization/schema.js";
import type { InterruptedBy } from "../../conversation/messages.js";
import type { LayercodeError } from "../../errors.js";
import type { Transition } from "../../transition.js";
import type { Calls, ErrorEffect, SettleEffect } from "../calls.js";
import type { ConnectionLoss } from "./reconnect-policy.js";

/** Where the connection stands. */
export type ClientStatus = "disconnected" | "connecting" | "connected" | "reconnecting" | "error";

/** The status where an app may compare it with any word, as with the `string` that Layercode's own client has there. */
export type StatusText = ClientStatus | (string & Record<never, never>);

/** How far a client is in getting a lost connection back. */
export interface Reconnecting {
  /**
   * Which attempt it is, or will be, counted from 1. One that the network, the page or `connect()` brings forward counts
   * for none: the next has the same number.
   */
  readonly attempt: number;
  /** Milliseconds from the loss, or the attempt before, to this one. */
  readonly delay: number;
  /** Why the connection was lost, or the attempt before failed. */
  readonly reason: ConnectionLoss;
}

/** Why a session is over: what `onDisconnect` gets. */
export interface EndReason {
  /**
   * `user`: `disconnect()`, `dispose()` or the signal of `connect()`. `server`: it closed the connection. `network`: the
   * connection was lost and could not be had again. `tab`: another one speaks, and the option `exclusive` lets only one.
   * `page`: it was hidden, and the option `onHidden` is `end`. `error`: what was asked for was refused; `error` says what.
   */
  readonly by: "user" | "server" | "network" | "tab" | "page" | "error";
  /** The WebSocket close code, where a socket was closed. */
  readonly code?: number;
  /** What the server said with it, if it did. */
  readonly reason?: string;
  /** Absent where the app ended the session, or the server in due form (close code 1000 or 1005). */
  readonly error?: LayercodeError;
}

/** The page ends a session. */
export interface EndedByPage {
  readonly by: "tab" | "page";
  readonly error?: LayercodeError;
}

/** What `onConnect` gets. */
export interface ConnectInfo {
  conversationId: string | null;
  /** Absent when the server sent none. */
  config?: AgentConfig;
  /** Present when a connection that was lost is back. */
  reconnected?: true;
}

/** What the backend answered. */
export interface Authorized {
  clientSessionKey: string;
  conversationId: string;
  config: AgentConfig | null;
}

/** What of the page and its device decides when a lost connection is tried again. */
export interface PageState {
  readonly online: boolean;
  readonly visible: boolean;
}

/** How far the attempts have come since the last connection that lived long enough to count. */
export interface BackOff {
  /** How many attempts came in their turn: what an event brings about is none of them. */
  readonly steps: number;
  /** When that connection was lost, by `Context.now`; the time of connections that lived too short is no part of it. */
  readonly lostAt: number;
  /** Before this, by `Context.now`, no event starts an attempt. */
  readonly notBefore: number;
}

/** What holds from `connect()` to the end of the session, whatever the phase. */
interface InSession {
  /** The agent of the session, whatever the options say meanwhile. */
  readonly agentId: string;
  /** Calls of `connect()` that wait. */
  readonly calls: Calls;
  /** Set while a connection that was lost is being brought back. */
  readonly reconnecting: Reconnecting | null;
  /** How many connections in a row the server ended before they had lived long enough to count. */
  readonly shortLived: number;
  /** Set from the first loss on, until a connection has lived long enough. */
  readonly backOff: BackOff | null;
  /** The network went away or the device slept, and no message has come since: the connection may be dead without an event. */
  readonly isInDoubt: boolean;
}

/** A socket that is open. */
interface WithSocket extends InSession {
  /** When the last message came, by `Context.now`. */
  readonly heardAt: number;
}

export type Phase =
  /** No session. `failed`: the last `connect()` did not get through. */
  | {
      readonly name: "idle";
      readonly failed: boolean;
      readonly calls: Calls;
      readonly reconnecting: null;
    }
  /** The backend is asked. */
  | (InSession & { readonly name: "authorizing" })
  /** The socket is being opened. */
  | (InSession & { readonly name: "opening" })
  /** The socket is open, and a channel is not: `client.ready` waits for it. */
  | (WithSocket & { readonly name: "open" })
  | (WithSocket & {
      readonly name: "connected";
      /** When it was connected, by `Context.now`. */
      readonly since: number;
      /** The user's turn has ended: some message of the server is due. The protocol knows no ping. */
      readonly isReplyDue: boolean;
    })
  /** The connection was lost, and the next attempt waits for its time. */
  | (InSession & {
      readonly name: "waiting";
      readonly reconnecting: Reconnecting;
      readonly backOff: BackOff;
      /** When that is, by `Context.now`. */
      readonly dueAt: number;
      /** Whether it is a step of the back-off; an event has brought it forward otherwise. */
      readonly isInTurn: boolean;
    });

/** The connection of a client, and what it is about. */
export interface Connection {
  readonly phase: Phase;
  /** Rises with every attempt and with every end, so that late outcomes are known by it. */
  readonly attempt: number;
  readonly page: PageState;
  /** Survives the end of a session: the next `connect()` resumes it. */
  readonly conversationId: string | null;
  readonly config: AgentConfig | null;
  /** Why the last session is over; `null` before there was one, and from `connect()` on. */
  readonly endReason: EndReason | null;
  /** The conversation that the next `connect()` is to open, if the app chose one since the last. */
  readonly chosenConversationId: string | null | undefined;
}

/** The timers of a connection; each is named by the event that it becomes. */
export type ConnectionTimer = "connectTimedOut" | "attemptDue" | "replyOverdue";

/** What a connection wants done. */
export type ConnectionEffect =
  | { type: "authorize"; attempt: number; agentId: string; conversationId: string | null }
  | { type: "openSocket"; attempt: number; clientSessionKey: string }
  /** Gives up socket and request; the audio stays. */
  | { type: "closeConnection" }
  /** Watches page, network and sleep until the end of the session. */
  | { type: "watchPage" }
  /** Writes `client.ready`; whatever else is written waits for it. */
  | { type: "send"; message: { type: "client.ready" } }
  /** Keeps the screen on and other tabs silent until the end of the session, as the options say. */
  | { type: "lockPage" }
  | { type: "schedule"; timer: ConnectionTimer; afterMs: number }
  | { type: "cancel"; timer: ConnectionTimer }
  /** A function of the app has thrown. */
  | { type: "report"; error: unknown }
  | { type: "emit"; event: "connect"; payload: ConnectInfo }
  | { type: "emit"; event: "disconnect"; payload: EndReason }
  /** Gives up socket, request, audio clock and timers; `calls` are settled when that is done. */
  | { type: "close"; calls: Calls }
  | SettleEffect
  | ErrorEffect;

/** How a session ended. */
export interface Ending {
  readonly why: EndReason;
  /** What a `connect()` that still waits rejects with. Default: the error of `why`, else that the app gave up. */
  readonly toWaiting?: LayercodeError;
}

/** What a connection tells the other slices. */
export type ConnectionSignal =
  /** Opens the channels that are switched on. */
  | { signal: "openChannels" }
  /** Closes both channels; their switches stay as they are. */
  | { signal: "closeChannels" }
  /** Another conversation is to be opened: it begins with an empty transcript. */
  | { signal: "conversationChanged" }
  /** `client.ready` is written: what waited for the connection follows. */
  | { signal: "connected" }
  /** The connection is lost. What was written since `doubtfulSince` (by `Context.now`) may be lost with it. */
  | { signal: "connectionLost"; doubtfulSince: number | null }
  /** The session is about to end: the other slices give up what is under way, while there is still a connection. */
  | { signal: "sessionEnding"; by: InterruptedBy }
  /** They have. */
  | ({ signal: "sessionEnded" } & Ending)
  /** `connect()`, or an attempt to come back, did not get through. */
  | { signal: "connectFailed"; error: LayercodeError }
  | { signal: "showError"; error: LayercodeError | null };

export type ConnectionTransition = Transition<Connection, ConnectionEffect | ConnectionSignal>;

export function idle(failed: boolean): Phase {
  return { name: "idle", failed, calls: [], reconnecting: null };
}

export function initialConnection(conversationId: string | null): Connection {
  return {
    phase: idle(false),
    attempt: 0,
    page: { online: true, visible: true },
    conversationId,
    config: null,
    endReason: null,
    chosenConversationId: undefined,
  };
}

/** The phase in one word for the app. */
export function statusOf({ phase }: Pick<Connection, "phase">): ClientStatus {
  if (phase.name === "idle") return phase.failed ? "error" : "disconnected";
  if (phase.name === "connected") return "connected";
  return phase.reconnecting ? "reconnecting" : "connecting";
}

/** Whether the agent listens only while push-to-talk is held. */
export function isPushToTalk({ config }: Connection): boolean {
  return config?.transcription.trigger === "push_to_talk";
}

/** Whether the user's speech interrupts the agent; a press and a typed message always do. */
export function canInterrupt({ config }: Connection): boolean {
  return config?.transcription.can_interrupt !== false;
}
