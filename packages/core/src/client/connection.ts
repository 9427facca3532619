import type { AgentConfig } from "../authorization/schema.js";
import { cutShort, initialPlayback } from "../conversation/playback.js";
import { emptyTranscript, type InterruptedBy } from "../conversation/transcript.js";
import { LayercodeError } from "../errors.js";
import type { TransportClose } from "../transport/transport.js";
import { closeChannel, openChannel, switchOff } from "./channels.js";
import { type ChannelName, channelNames, type Step } from "./model.js";
import { abandonPress } from "./push-to-talk.js";

/** `connect()`: everything that can start now does: authorization, microphone and speaker side by side. */
export function connect(step: Step, { call }: { call: number }): void {
  const { status } = step.state;
  if (status === "connected") return step.settle([call]);
  step.set({ connectCalls: [...step.model.connectCalls, call] });
  if (status === "connecting") return;
  openChosenConversation(step);
  const attempt = step.model.attempt + 1;
  step.set({ attempt, link: "authorizing" });
  step.show({ status: "connecting", error: null });
  // Audio first: an AudioContext must be made in the gesture that called connect().
  for (const channel of channelNames)
    if (step.state[channel] && !step.model[channel].deferred) openChannel(step, channel);
  step.run({ type: "schedule", timer: "connectTimedOut", afterMs: step.model.settings.connectTimeout });
  step.run({ type: "authorize", attempt, conversationId: step.state.conversationId });
}

/** Another conversation begins with an empty transcript; the one that is open already just goes on. */
function openChosenConversation(step: Step): void {
  const chosen = step.model.nextConversationId;
  step.set({ nextConversationId: undefined });
  if (chosen === undefined || chosen === step.state.conversationId) return;
  step.write(emptyTranscript);
  step.show({ conversationId: chosen });
}

/** What the backend answered. */
export interface Authorized {
  clientSessionKey: string;
  conversationId: string;
  config: AgentConfig | null;
}

/** The backend let us in: the configuration applies before the first frame passes the gate. */
export function authorized(step: Step, { conversationId, config, clientSessionKey }: Authorized): void {
  step.set({ link: "opening" });
  const enabled = config?.transcription?.trigger === "push_to_talk";
  step.show({ conversationId, config, pushToTalk: { enabled, pressed: false } });
  step.run({ type: "openSocket", attempt: step.model.attempt, clientSessionKey });
}

export function socketOpened(step: Step): void {
  step.set({ link: "open" });
  step.run({ type: "cancel", timer: "connectTimedOut" });
}

/** Connected means: the socket is open, and no channel is still being opened. Asked after every event. */
export function connectedWhenReady(step: Step): void {
  const { model, state } = step;
  const isOpening = (channel: ChannelName) => model[channel].status === "opening";
  if (state.status !== "connecting" || model.link !== "open" || channelNames.some(isOpening)) return;
  const { conversationId, config } = state;
  step.set({ connectCalls: [] });
  step.show({ status: "connected" });
  step.send({ type: "client.ready" });
  step.settle(model.connectCalls);
  step.emit("connect", { conversationId, ...(config && { config }) });
}

/** `connect()` did not get through: one error, and everything it opened is closed. */
export function connectFailed(step: Step, { error }: { error: LayercodeError }): void {
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
export function socketClosed(step: Step, { code, reason }: TransportClose): void {
  const connecting = step.state.status === "connecting";
  const what = connecting ? "The WebSocket could not be opened" : "The connection was lost";
  const remedy = connecting ? 'Check the network and the option "url".' : "Call connect() to resume the conversation.";
  const text = `${what} (code ${code}${reason && `, ${JSON.stringify(reason)}`}). ${remedy}`;
  const error = new LayercodeError("connection", text, { fatal: true });
  if (connecting) return connectFailed(step, { error });
  closeEverything(step, "connection");
  step.show({ status: "disconnected" });
  if (code !== 1000) {
    step.show({ error });
    step.fail(error);
  }
  step.emit("disconnect", undefined);
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
  const calls = step.model.connectCalls;
  const wasConnected = step.state.status === "connected";
  closeEverything(step, "user", [call]);
  step.show({ status: "disconnected" });
  step.settle(calls, new LayercodeError("aborted", "connect() was aborted by disconnect() or its signal."));
  if (wasConnected) step.emit("disconnect", undefined);
}

function closeEverything(step: Step, by: InterruptedBy, calls: readonly number[] = []): void {
  const { attempt } = step.model;
  cutShort(step, by);
  abandonPress(step);
  for (const channel of channelNames) closeChannel(step, channel);
  step.set({ attempt: attempt + 1, link: "none", connectCalls: [], playback: initialPlayback, isBlocked: false });
  step.show({ turn: null, userSpeaking: false, agentSpeaking: false });
  step.run({ type: "close", calls });
}
