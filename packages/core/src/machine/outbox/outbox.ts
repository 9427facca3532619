import type { Message } from "../../conversation/messages.js";
import { LayercodeError } from "../../errors.js";
import type { ClientMessage } from "../../protocol/client-messages.js";
import { next, type Transition } from "../../transition.js";
import { type ErrorEffect, fail, type SettleEffect, settle } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import type { Called, ConnectedRequest } from "../events.js";
import { refuse } from "../requests-before-load.js";

/** A message on its way to the server; who waits for it, and the entry in the transcript that it is. */
export interface Outgoing {
  readonly message: ClientMessage;
  readonly call?: number;
  readonly messageId?: string | undefined;
}

/** What waits for the connection, and what may have been lost with it. */
export interface Outbox {
  /** What is to be written as soon as the connection is up, behind `client.ready`. */
  readonly waiting: readonly Outgoing[];
  /** Typed messages that were written, and when, in ms since the epoch; the newest last. */
  readonly written: readonly { readonly messageId: string; readonly at: number }[];
  /** How many typed messages there were: a part of their ids. */
  readonly typedCount: number;
}

/** What the outbox tells the other slices. */
export type OutboxSignal =
  /** The user has typed a message: it is shown at once, also while it waits. */
  | { signal: "textTyped"; messageId: string; text: string }
  /** It is on the wire: it interrupts the agent, and ends the user's turn. */
  | { signal: "textWritten" }
  /** How far typed messages came. */
  | { signal: "delivery"; messageIds: readonly string[]; delivery: Message["delivery"] };

type OutboxEffect =
  | { type: "send"; message: ClientMessage; messageId?: string | undefined }
  | SettleEffect
  | ErrorEffect;
type OutboxTransition = Transition<Outbox, OutboxEffect | OutboxSignal>;

/** What the outbox has to know of its surroundings. */
interface OutboxContext {
  readonly phase: Phase;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How many messages wait for a connection at most, and how many written ones are remembered. */
const limit = 50;

/** `sendClientResponseText()`. */
function sendText(
  outbox: Outbox,
  event: Called<{ type: "sendText"; text: string }>,
  context: OutboxContext,
): OutboxTransition {
  const typedCount = outbox.typedCount + 1;
  const messageId = `typed:${typedCount}:${context.now}`;
  const message = { type: "client.response.text", content: event.text } as const;
  return accept(outbox, event, context, () => {
    const { state, effects } = post({ ...outbox, typedCount }, { message, call: event.call, messageId }, context);
    return next(state, { signal: "textTyped", messageId, text: event.text }, ...effects);
  });
}

/** `sendClientResponseData()`. */
function sendData(
  outbox: Outbox,
  event: Called<{ type: "sendData"; data: Record<string, unknown> }>,
  context: OutboxContext,
): OutboxTransition {
  const message = { type: "client.response.data", data: event.data } as const;
  return accept(outbox, event, context, () => post(outbox, { message, call: event.call }, context));
}

/** A message of the client's own: written while connected; while channels still open it waits behind `client.ready`. */
function send(outbox: Outbox, { message }: { message: ClientMessage }, { phase }: OutboxContext): OutboxTransition {
  if (phase.name === "connected") return next(outbox, { type: "send", message });
  return next(phase.name === "open" ? { ...outbox, waiting: [...outbox.waiting, { message }] } : outbox);
}

/** The connection is up: what waited is written, in its order. */
function connected(outbox: Outbox, _signal: unknown, { now }: OutboxContext): OutboxTransition {
  const effects: (OutboxEffect | OutboxSignal)[] = [];
  let state: Outbox = { ...outbox, waiting: [] };
  for (const outgoing of outbox.waiting) {
    const written = write(state, outgoing, now);
    state = written.state;
    effects.push(...written.effects);
  }
  return { state, effects };
}

/** The socket was closing, and took the message no more: one of the app's waits for the next connection, if there is one. */
function unsent(outbox: Outbox, { message, messageId }: Outgoing, { phase }: OutboxContext): OutboxTransition {
  if (!isOfApp(message)) return next(outbox);
  const isOver = phase.name === "idle";
  const kept: Outbox = {
    ...outbox,
    waiting: isOver ? outbox.waiting : [...outbox.waiting, { message, messageId }],
    written: outbox.written.filter((one) => one.messageId !== messageId),
  };
  return next(kept, delivery(messageId, isOver ? "failed" : "queued"));
}

/** What the app sent waits for the next connection; what may have been lost with this one is marked. */
function connectionLost(outbox: Outbox, { doubtfulSince }: { doubtfulSince: number | null }): OutboxTransition {
  const doubtful = outbox.written.filter(({ at }) => doubtfulSince !== null && at >= doubtfulSince);
  const messageIds = doubtful.map(({ messageId }) => messageId);
  const waiting = outbox.waiting.filter(({ message }) => isOfApp(message));
  return next({ ...outbox, waiting, written: [] }, { signal: "delivery", messageIds, delivery: "unknown" });
}

/** The session ends: what still waits was never written. */
function sessionEnding(outbox: Outbox): OutboxTransition {
  const text = "The session ended before this could be sent. Send it again once connected.";
  const calls = outbox.waiting.flatMap(({ call = [] }) => call);
  const messageIds = outbox.waiting.flatMap(({ messageId = [] }) => messageId);
  return next({ ...outbox, waiting: [], written: [] }, settle(calls, new LayercodeError("not-connected", text)), {
    signal: "delivery",
    messageIds,
    delivery: "failed",
  });
}

/** Takes a message of the app, unless the status does not allow it or too many wait already. */
function accept(
  outbox: Outbox,
  event: Called<ConnectedRequest>,
  { phase }: OutboxContext,
  take: () => OutboxTransition,
): OutboxTransition {
  const refusal = refuse(phase, event);
  if (refusal) return next(outbox, ...refusal);
  if (outbox.waiting.length < limit) return take();
  const text = `${limit} messages wait for the connection already. Send this one once connected.`;
  return next(outbox, ...fail(new LayercodeError("not-connected", text), [event.call]));
}

function post(outbox: Outbox, outgoing: Outgoing, { phase, now }: OutboxContext): OutboxTransition {
  if (phase.name === "connected") return write(outbox, outgoing, now);
  return next({ ...outbox, waiting: [...outbox.waiting, outgoing] }, delivery(outgoing.messageId, "queued"));
}

function write(outbox: Outbox, { message, call, messageId }: Outgoing, now: number): OutboxTransition {
  const send = { type: "send", message, messageId } as const;
  const settled = settle(call === undefined ? [] : [call]);
  if (!messageId) return next(outbox, send, settled);
  return next(
    { ...outbox, written: [...outbox.written, { messageId, at: now }].slice(-limit) },
    // The message first: the acknowledgement of what it interrupts follows it on the wire.
    send,
    settled,
    { signal: "textWritten" },
    delivery(messageId, undefined),
  );
}

function delivery(messageId: string | undefined, delivery: Message["delivery"]): OutboxSignal {
  return { signal: "delivery", messageIds: messageId ? [messageId] : [], delivery };
}

function isOfApp({ type }: ClientMessage): boolean {
  return type === "client.response.text" || type === "client.response.data";
}

export const outboxHandlers = { sendText, sendData, send, connected, unsent, connectionLost, sessionEnding };
