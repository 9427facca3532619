import { connectionCut } from "../conversation/connection-cut.js";
import { isListening } from "../conversation/turns.js";
import { LayercodeError } from "../errors.js";
import {
  type ConnectionLoss,
  defaultReconnectPolicy,
  delayBefore,
  isFarewell,
  isWorthAnAttempt,
  type ReconnectEvent,
  type ReconnectPolicy,
  reconnectPolicyOf,
  shortLifeMs,
} from "../transport/reconnect.js";
import type { TransportClose } from "../transport/transport.js";
import type { Step } from "./model.js";
import { keepUnsent } from "./outbox.js";
import { endPress, isReleased } from "./push-to-talk.js";
import { endSession } from "./session-end.js";

/** What a connection that nobody closed is said to have ended with. */
const unclosed: TransportClose = { code: 1006, reason: "", wasClean: false };

/** The connection is lost, or an attempt to mend it failed: the next attempt, or the end. `error`: what failed, if known. */
export function connectionLost(step: Step, lost: ConnectionLoss, error = describeLoss(lost)): void {
  const { settings, page, connectedAt, shortLived: before } = step.model;
  const wasConnected = step.state.status === "connected";
  const livedLong = step.now - connectedAt >= shortLifeMs;
  const shortLived = !wasConnected ? before : livedLong ? 0 : before + 1;
  const reason: ConnectionLoss = page.online ? lost : { ...lost, cause: "offline" };
  const attempt = (step.state.reconnecting?.attempt ?? 0) + 1;
  const policy = reconnectPolicyOf(settings.reconnect);
  const isOver = isFinal(error) || !isMended(step, policy, { ...reason, attempt }, shortLived);
  dropConnection(step, reason);
  if (isOver) return endSession(step, isFarewell(lost.code) ? null : error, error);
  const delay = page.online ? delayBefore(policy, attempt, step.random) : null;
  step.set({ shortLived });
  step.show({ status: "reconnecting", reconnecting: { attempt, delay, reason } });
  if (delay !== null) step.run({ type: "schedule", timer: "reconnectDue", afterMs: delay });
}

/** An attempt to come back, with a fresh authorization: the conversation's key changes with each. */
export function reconnectDue(step: Step): void {
  const { agentId, settings } = step.model;
  const attempt = step.model.attempt + 1;
  step.set({ attempt, link: "authorizing", inDoubt: false });
  step.run({ type: "cancel", timer: "reconnectDue" });
  step.run({ type: "drop" });
  step.run({ type: "schedule", timer: "connectTimedOut", afterMs: settings.connectTimeout });
  step.run({ type: "authorize", attempt, agentId, conversationId: step.state.conversationId });
}

/** The page is seen or hidden, the network came or went. */
export function pageChanged(step: Step, { online, visible }: { online: boolean; visible: boolean }): void {
  const { page: before, link } = step.model;
  step.set({ page: { online, visible } });
  if (!online) step.set({ inDoubt: true });
  const isBack = online && (!before.online || (visible && !before.visible));
  const { inDoubt } = step.model;
  const { status } = step.state;
  if (!isBack || status === "connecting" || (link !== "waiting" && !inDoubt)) return;
  if (link === "open") stalled(step);
  else if (status === "reconnecting") reconnectDue(step);
}

/** Nothing came though something was due; unless the agent is still heard, for a server may wait for the end of that. */
export function signMissed(step: Step): void {
  if (step.model.playback.unfinished.length === 0) stalled(step);
}

function stalled(step: Step): void {
  connectionLost(step, { ...unclosed, cause: "stalled" });
}

/** An attempt that did not even reach a connection. */
export function attemptFailed(step: Step, error: LayercodeError): void {
  connectionLost(step, { ...unclosed, reason: error.message, cause: "unreachable" }, error);
}

/** Cuts what was under way on the connection. Microphone and speaker stay open, a press stays held. */
function dropConnection(step: Step, loss: ConnectionLoss): void {
  connectionCut(step, "connection");
  keepUnsent(step, loss);
  if (isReleased(step)) endPress(step);
  step.set({ attempt: step.model.attempt + 1, link: "waiting", signDue: false, answer: "none" });
  step.show({ turn: null, userSpeaking: step.state.pushToTalk.pressed && isListening(step) });
  for (const timer of ["connectTimedOut", "signMissed"] as const) step.run({ type: "cancel", timer });
  step.run({ type: "drop" });
}

// A function of the app that throws is reported, and decides nothing.
function isMended(step: Step, policy: ReconnectPolicy, event: ReconnectEvent, shortLived: number): boolean {
  try {
    return isWorthAnAttempt(policy, event, shortLived);
  } catch (error) {
    step.run({ type: "report", error });
    const { shouldReconnect } = defaultReconnectPolicy;
    return isWorthAnAttempt({ ...policy, shouldReconnect }, event, shortLived);
  }
}

// What the next attempt would be told again: who asks may not, or not so.
function isFinal({ code, status = 0 }: LayercodeError): boolean {
  if (code === "insufficient-balance" || code === "invalid-option" || code === "aborted") return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function describeLoss({ code, reason, cause }: ConnectionLoss): LayercodeError {
  const what = cause === "stalled" ? "Nothing came any more" : `Code ${code}${reason && `, ${JSON.stringify(reason)}`}`;
  const text = `The connection was lost (${what}). Call connect() to resume the conversation.`;
  return new LayercodeError("connection", text, { fatal: true });
}
