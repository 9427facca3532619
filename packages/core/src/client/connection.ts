import { initialPlayback } from "../conversation/initial-playback.js";
import { emptyTranscript } from "../conversation/messages.js";
import { LayercodeError } from "../errors.js";
import { openChannel, switchOff } from "./channels.js";
import { type ChannelName, channelNames, type Step } from "./model.js";
import type { SessionCode } from "./session.js";
import { closeEverything } from "./session-end.js";

/** `connect()`: everything that can start now does: authorization, microphone and speaker side by side. */
export function connect(step: Step, { call }: { call: number }): void {
  const { status } = step.state;
  if (status === "connected") return step.settle([call]);
  step.set({ connectCalls: [...step.model.connectCalls, call] });
  // connect() while an attempt waits is a wish to come back now.
  if (step.model.link === "waiting" && step.model.page.online) return step.model.session?.reconnectDue(step);
  if (status === "connecting" || status === "reconnecting") return;
  openChosenConversation(step);
  const attempt = step.model.attempt + 1;
  const { agentId, connectTimeout } = step.model.settings;
  step.set({ attempt, agentId, link: "authorizing", shortLived: 0, inDoubt: false });
  step.show({ status: "connecting", error: null });
  // Audio first: an AudioContext must be made in the gesture that called connect().
  for (const channel of channelNames)
    if (step.state[channel] && !step.model[channel].deferred) openChannel(step, channel);
  step.run({ type: "schedule", timer: "connectTimedOut", afterMs: connectTimeout });
  step.run({ type: "authorize", attempt, agentId, conversationId: step.state.conversationId });
}

/** Another conversation begins with an empty transcript; the one that is open already just goes on. */
function openChosenConversation(step: Step): void {
  const chosen = step.model.nextConversationId;
  step.set({ nextConversationId: undefined });
  if (chosen === undefined || chosen === step.state.conversationId) return;
  step.write(emptyTranscript);
  step.set({ playback: initialPlayback });
  step.show({ conversationId: chosen });
}

/** The code of a session has come: what was asked before is done now. */
export function sessionLoaded(step: Step, { session }: { session: SessionCode }): void {
  const { early } = step.model;
  step.set({ session, early: [] });
  for (const request of early) session.handlers[request.type](step, request as never);
}

/** `connect()` did not get through: one error, and everything it opened is closed. */
export function connectFailed(step: Step, { error }: { error: LayercodeError }): void {
  if (step.state.status === "reconnecting") return step.model.session?.attemptFailed(step, error);
  const calls = step.model.connectCalls;
  closeEverything(step, "connection");
  step.show({ status: "error", error });
  step.fail(error, calls);
}

export function connectTimedOut(step: Step): void {
  const { settings, link } = step.model;
  const what = link === "authorizing" ? "the authorize endpoint did not answer" : "the WebSocket did not open";
  const text = `${what} within ${settings.connectTimeout} ms. Check that it is reachable, or raise "connectTimeout".`;
  connectFailed(step, { error: new LayercodeError("connect-timeout", `connect() gave up: ${text}`, { fatal: true }) });
}

/** A channel was refused, or is gone: while connecting that is the end of it; later the conversation goes on without. */
export function channelFailed(step: Step, { channel, error }: { channel: ChannelName; error: LayercodeError }): void {
  if (step.state.status === "connecting") return connectFailed(step, { error });
  switchOff(step, channel, error);
  step.show({ error });
  step.fail(error);
}

/** `disconnect()`: ends whatever is under way; the conversation id stays. */
export function disconnect(step: Step, { call }: { call: number }): void {
  hangUp(step, [call]);
}

/** The signal of a `connect()` has fired: with the last that still waited ends what it waited for. */
export function connectAborted(step: Step, { call }: { call: number }): void {
  const { connectCalls } = step.model;
  if (!connectCalls.includes(call)) return;
  const others = connectCalls.filter((other) => other !== call);
  if (others.length === 0) return hangUp(step);
  step.set({ connectCalls: others });
  step.settle([call], connectGivenUp());
}

/** `closed`: the calls that wait until everything is given back. */
function hangUp(step: Step, closed?: readonly number[]): void {
  const calls = step.model.connectCalls;
  const { status } = step.state;
  closeEverything(step, "user", closed);
  step.show({ status: "disconnected" });
  step.settle(calls, connectGivenUp());
  if (status === "connected" || status === "reconnecting") step.emit("disconnect", undefined);
}

function connectGivenUp(): LayercodeError {
  return new LayercodeError("aborted", "connect() was aborted by disconnect() or its signal.");
}
