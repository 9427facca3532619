import { userTurnEnded } from "../conversation/agent-state.js";
import { delivered } from "../conversation/delivery.js";
import { interruptAgent } from "../conversation/interruption.js";
import type { Message } from "../conversation/messages.js";
import { userTyped } from "../conversation/transcript.js";
import { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { ConnectionLoss } from "../transport/reconnect.js";
import type { Outgoing, Step } from "./model.js";

/** How many messages wait for a connection at most, and how many written ones are remembered. */
const limit = 50;
/** What was written this long before an unclean close may not have arrived, in ms. */
const doubtMs = 2000;

/** `sendClientResponseText()`: shown at once, also while it waits. */
export function sendText(step: Step, { text, call }: { text: string; call: number }): void {
  if (isFull(step, call)) return;
  step.write(userTyped(step.model.transcript, text, step.now));
  post(step, {
    message: { type: "client.response.text", content: text },
    call,
    messageId: step.state.messages.at(-1)?.id,
  });
}

/** `sendClientResponseData()`. */
export function sendData(step: Step, { data, call }: { data: Record<string, unknown>; call: number }): void {
  if (!isFull(step, call)) post(step, { message: { type: "client.response.data", data }, call });
}

/** The connection is up: what waited is written, in its order. */
export function emptyOutbox(step: Step): void {
  const { outbox } = step.model;
  step.set({ outbox: [] });
  for (const outgoing of outbox) write(step, outgoing);
}

/** The connection was closing, and took the message no more: one of the app's waits for the next. */
export function unsent(step: Step, { message }: { message: ClientMessage }): void {
  if (!isOfApp(message)) return;
  const { link, outbox, written, transcript } = step.model;
  const isOver = link === "none";
  const text = message.type === "client.response.text" ? message.content : null;
  const isIt = (one: Message) => one.turnId === null && one.text === text && one.delivery === undefined;
  const messageId = transcript.messages.findLast(isIt)?.id;
  step.set({ written: written.filter(({ id }) => id !== messageId) });
  if (!isOver) step.set({ outbox: [...outbox, { message, messageId }] });
  if (messageId) step.write(delivered(transcript, [messageId], isOver ? "failed" : "queued"));
}

/** The connection is lost: what the app sent waits for the next; what may have been lost with it is marked. */
export function keepUnsent(step: Step, { cause, wasClean }: ConnectionLoss): void {
  const { outbox, written, heardAt, transcript } = step.model;
  const since = cause === "stalled" ? heardAt : step.now - doubtMs;
  const doubtful = written.filter(({ at }) => !wasClean && at >= since).map(({ id }) => id);
  step.set({ outbox: outbox.filter(({ message }) => isOfApp(message)), written: [] });
  step.write(delivered(transcript, doubtful, "unknown"));
}

/** The session is over: what still waits was never written. */
export function giveUpUnsent(step: Step): void {
  const { outbox, transcript } = step.model;
  step.set({ outbox: [], written: [] });
  const text = "The session ended before this could be sent. Send it again once connected.";
  const calls = outbox.flatMap(({ call = [] }) => call);
  const ids = outbox.flatMap(({ messageId = [] }) => messageId);
  step.settle(calls, new LayercodeError("not-connected", text));
  step.write(delivered(transcript, ids, "failed"));
}

function isOfApp({ type }: ClientMessage): boolean {
  return type === "client.response.text" || type === "client.response.data";
}

function isFull(step: Step, call: number): boolean {
  if (step.model.outbox.length < limit) return false;
  const text = `${limit} messages wait for the connection already. Send this one once connected.`;
  step.fail(new LayercodeError("not-connected", text), [call]);
  return true;
}

function post(step: Step, outgoing: Outgoing): void {
  if (step.state.status === "connected") return write(step, outgoing);
  const { messageId } = outgoing;
  step.set({ outbox: [...step.model.outbox, outgoing] });
  if (messageId) step.write(delivered(step.model.transcript, [messageId], "queued"));
}

function write(step: Step, { message, call, messageId: id }: Outgoing): void {
  step.send(message);
  if (call !== undefined) step.settle([call]);
  if (!id) return;
  // The message first: the acknowledgement of what it interrupts follows it on the wire.
  interruptAgent(step);
  userTurnEnded(step);
  step.set({ written: [...step.model.written, { id, at: step.now }].slice(-limit) });
  step.write(delivered(step.model.transcript, [id], undefined));
}
