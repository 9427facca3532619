import type { Message } from "../../conversation/messages.js";
import { LayercodeError } from "../../errors.js";
import type { ClientMessage } from "../../protocol/client-messages.js";
import { checked, issuesText } from "../../standard-schema.js";
import { chain, next, type Transition } from "../../transition.js";
import { type ErrorEffect, type SettleEffect, settle, type showError, showFailure } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import type { Settings } from "../settings.js";

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
  /** Typed messages that were written, and when, by `Context.now`; the newest last. */
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
  | ErrorEffect
  | ReturnType<typeof showError>;
type OutboxTransition = Transition<Outbox, OutboxEffect | OutboxSignal>;

/** What the outbox has to know of its surroundings. */
interface OutboxContext {
  readonly settings: Pick<Settings, "clientData">;
  readonly phase: Phase;
  readonly now: number;
  readonly time: number;
}

/** How many messages wait for a connection at most, and how many written ones are remembered. */
const limit = 50;

/** `sendClientResponseText()`. */
function sendText(
  outbox: Outbox,
  { text, call }: { text: string; call: number },
  context: OutboxContext,
): OutboxTransition {
  // An app without types may pass anything.
  if (typeof text !== "string")
    return refuse(outbox, call, `sendClientResponseText() was given ${typeof text}. Pass text.`);
  const typedCount = outbox.typedCount + 1;
  const messageId = `typed:${typedCount}:${context.time}`;
  const message = { type: "client.response.text", content: text } as const;
  const typed = { signal: "textTyped", messageId, text } as const;
  return post({ ...outbox, typedCount }, { message, call, messageId }, context, [typed]);
}

/** `sendClientResponseData()`. */
function sendData(
  outbox: Outbox,
  { data: given, call }: { data: unknown; call: number },
  context: OutboxContext,
): OutboxTransition {
  const { clientData } = context.settings;
  const { issues, ...read } = clientData ? checked(clientData, given) : { value: given };
  if (issues) {
    const text = `sendClientResponseData() was given what does not fit the option "clientData": ${issuesText(issues)}. Mend the data, or the schema.`;
    const cause = "cause" in read ? read.cause : issues;
    return next(outbox, ...showFailure(new LayercodeError("invalid-data", text, { cause }), [call]));
  }
  const text = jsonOf("value" in read ? read.value : given);
  if (text === undefined)
    return refuse(
      outbox,
      call,
      "JSON cannot carry this data. Pass what it can: no undefined, no function, no circles, no BigInt.",
    );
  // It may have to wait, and the app go on with its object: what is sent is the data of now.
  return post(outbox, { message: { type: "client.response.data", data: JSON.parse(text) }, call }, context);
}

function refuse(outbox: Outbox, call: number, text: string): OutboxTransition {
  return next(outbox, ...showFailure(new LayercodeError("invalid-option", text), [call]));
}

/** `undefined` where JSON cannot carry it. */
function jsonOf(data: unknown): string | undefined {
  try {
    return JSON.stringify(data);
  } catch {
    return undefined;
  }
}

/** A message of the client's own: written while connected; while channels still open it waits behind `client.ready`. */
function send(outbox: Outbox, { message }: { message: ClientMessage }, { phase }: OutboxContext): OutboxTransition {
  if (phase.name === "connected") return next(outbox, { type: "send", message });
  // A prompt for the microphone may be open for long, and the server may go on meanwhile: the first of it is kept.
  const isKept = phase.name === "open" && outbox.waiting.length < 2 * limit;
  return next(isKept ? { ...outbox, waiting: [...outbox.waiting, { message }] } : outbox);
}

/** The result of a tool call: written now, or behind the next `client.ready`. There are as many as the backend asked for. */
function toolAnswered(
  outbox: Outbox,
  { message }: { message: ClientMessage },
  { phase }: OutboxContext,
): OutboxTransition {
  if (phase.name === "connected") return next(outbox, { type: "send", message });
  return next({ ...outbox, waiting: [...outbox.waiting, { message }] });
}

/** The connection is up: what waited is written, in its order. */
function connected(outbox: Outbox, _signal: unknown, { now }: OutboxContext): OutboxTransition {
  const writes = outbox.waiting.map((outgoing) => (before: Outbox) => write(before, outgoing, now));
  const emptied: Outbox = { ...outbox, waiting: [] };
  return chain(emptied, ...writes);
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

/** Writes a message of the app, or lets it wait for the connection, unless too many wait already. */
function post(
  outbox: Outbox,
  outgoing: Required<Pick<Outgoing, "message" | "call">> & Pick<Outgoing, "messageId">,
  { phase, now }: OutboxContext,
  before: readonly OutboxSignal[] = [],
): OutboxTransition {
  const { waiting } = outbox;
  if (waiting.length >= limit) {
    const text = `${limit} messages wait for the connection already. Send this one once connected.`;
    return next(outbox, ...showFailure(new LayercodeError("not-connected", text), [outgoing.call]));
  }
  const isUp = phase.name === "connected";
  const { state, effects } = isUp
    ? write(outbox, outgoing, now)
    : next({ ...outbox, waiting: [...waiting, outgoing] }, delivery(outgoing.messageId, "queued"));
  return next(state, ...before, ...effects);
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

export const outboxHandlers = {
  sendTextAccepted: sendText,
  sendDataAccepted: sendData,
  send,
  toolAnswered,
  connected,
  unsent,
  connectionLost,
  sessionEnding,
};
