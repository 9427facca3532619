import type { AgentConfig } from "../authorization/schema.js";
import { initialPlayback } from "../conversation/initial-playback.js";
import { emptyTranscript } from "../conversation/messages.js";
import { LayercodeError } from "../errors.js";
import type { TransportClose } from "../transport/transport.js";
import { openChannel, switchOff } from "./channels.js";
import { type ChannelName, channelNames, type Step } from "./model.js";
import type { SessionCode } from "./session.js";
import { closeEverything, endSession } from "./session-end.js";

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

/** What the backend answered. */
export interface Authorized {
  clientSessionKey: string;
  conversationId: string;
  config: AgentConfig | null;
}

/** The backend let us in: the configuration applies before the first frame passes the gate. */
export function authorized(step: Step, { conversationId, config, clientSessionKey }: Authorized): void {
  const { session } = step.model;
  step.set({ link: "opening" });
  session?.connectionBegins(step);
  step.run({ type: "watchPage" });
  const enabled = config?.transcription?.trigger === "push_to_talk";
  if (!enabled) session?.abandonPress(step);
  step.show({ conversationId, config, pushToTalk: { enabled, pressed: step.state.pushToTalk.pressed } });
  step.run({ type: "openSocket", attempt: step.model.attempt, clientSessionKey });
}

export function socketOpened(step: Step): void {
  step.set({ link: "open", inDoubt: false });
  step.run({ type: "cancel", timer: "connectTimedOut" });
}

/** Connected means: the socket is open, and no channel is still being opened. Asked after every event. */
export function connectedWhenReady(step: Step): void {
  const { model, state } = step;
  const isOpening = (channel: ChannelName) => model[channel].status === "opening";
  const isComing = state.status === "connecting" || state.status === "reconnecting";
  if (!isComing || model.link !== "open" || channelNames.some(isOpening)) return;
  const { conversationId, config } = state;
  const reconnected = state.status === "reconnecting";
  step.set({ connectCalls: [], connectedAt: step.now });
  step.show({ status: "connected", reconnecting: null });
  step.send({ type: "client.ready" });
  model.session?.beginConversation(step);
  step.run({ type: "hold" });
  step.settle(model.connectCalls);
  step.emit("connect", { conversationId, ...(config && { config }), ...(reconnected && { reconnected }) });
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

/** The connection ended, and not by us. */
export function socketClosed(step: Step, { code, reason, wasClean }: TransportClose): void {
  if (step.state.status !== "connecting") {
    const cause = step.model.link === "open" ? "closed" : "unreachable";
    return step.model.session?.connectionLost(step, { code, reason, wasClean, cause });
  }
  const what = `The WebSocket could not be opened (code ${code}${reason && `, ${JSON.stringify(reason)}`}).`;
  const text = `${what} Check the network and the option "url".`;
  connectFailed(step, { error: new LayercodeError("connection", text, { fatal: true }) });
}

/** A channel was refused, or is gone: while connecting that is the end of it; later the conversation goes on without. */
export function channelFailed(step: Step, { channel, error }: { channel: ChannelName; error: LayercodeError }): void {
  if (step.state.status === "connecting") return connectFailed(step, { error });
  switchOff(step, channel, error);
  step.show({ error });
  step.fail(error);
}

/** Another tab of the page has begun to speak, and `exclusive` lets only one. */
export function takenOver(step: Step): void {
  if (step.model.link === "none") return;
  const text =
    'Another tab took over: the option "exclusive" lets one speak at a time. Call connect() to take it back.';
  endSession(step, new LayercodeError("aborted", text, { fatal: true }));
}

/** `disconnect()`: ends whatever is under way; the conversation id stays. */
export function disconnect(step: Step, { call }: { call: number }): void {
  const calls = step.model.connectCalls;
  const { status } = step.state;
  closeEverything(step, "user", [call]);
  step.show({ status: "disconnected" });
  step.settle(calls, new LayercodeError("aborted", "connect() was aborted by disconnect() or its signal."));
  if (status === "connected" || status === "reconnecting") step.emit("disconnect", undefined);
}
