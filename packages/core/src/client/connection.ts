import type { AgentConfig } from "../authorization/schema.js";
import { initialPlayback } from "../conversation/playback.js";
import { assistantInterrupted } from "../conversation/transcript.js";
import { LayercodeError } from "../errors.js";
import type { TransportClose } from "../transport/transport.js";
import { closeChannels, openMicrophone, openSpeaker } from "./channels.js";
import type { Step } from "./model.js";
import { abandonPress } from "./push-to-talk.js";

/** `connect()`: everything that can start now does: authorization, microphone and speaker side by side. */
export function connect(step: Step, call: number): void {
  if (step.state.status === "connected") return step.run({ type: "settle", calls: [call] });
  step.set({ connectCalls: [...step.model.connectCalls, call] });
  if (step.model.link !== "none") return;
  const attempt = step.model.attempt + 1;
  step.set({ attempt, link: "authorizing" });
  step.show({ status: "connecting", error: null });
  const { audioInput, audioOutput, conversationId } = step.state;
  // Audio first: an AudioContext must be made in the gesture that called connect().
  if (audioOutput && !step.model.speaker.deferred) openSpeaker(step);
  if (audioInput && !step.model.microphone.deferred) openMicrophone(step);
  step.run(
    { type: "schedule", timer: "connect", afterMs: step.model.settings.connectTimeout },
    { type: "authorize", attempt, conversationId },
  );
}

/** The backend let us in: the configuration applies before the first frame passes the gate. */
export function authorized(
  step: Step,
  answer: { clientSessionKey: string; conversationId: string; config: AgentConfig | null },
): void {
  const { conversationId, config, clientSessionKey } = answer;
  step.set({ link: "opening" });
  step.show({
    conversationId,
    config,
    pushToTalk: { enabled: config?.transcription?.trigger === "push_to_talk", pressed: false },
  });
  step.run({ type: "socket.open", attempt: step.model.attempt, clientSessionKey });
}

export function socketOpened(step: Step): void {
  step.set({ link: "open" });
  step.run({ type: "cancel", timer: "connect" });
}

/** Connected means: the socket is open, and no channel is still being opened. Asked after every event. */
export function connectedWhenReady(step: Step): void {
  const { link, microphone, speaker, connectCalls } = step.model;
  if (step.state.status !== "connecting" || link !== "open") return;
  if (microphone.status === "opening" || speaker.status === "opening") return;
  const { conversationId, config } = step.state;
  step.set({ connectCalls: [] });
  step.show({ status: "connected" });
  step.run(
    { type: "send", message: { type: "client.ready" } },
    { type: "settle", calls: connectCalls },
    { type: "emit", event: "connect", payload: { conversationId, ...(config ? { config } : {}) } },
  );
}

/** `connect()` did not get through: one error, and everything it opened is closed. */
export function connectFailed(step: Step, error: LayercodeError): void {
  const { connectCalls } = step.model;
  closeEverything(step, []);
  step.show({ status: "error", error });
  step.run({ type: "settle", calls: connectCalls, error }, { type: "emit", event: "error", payload: error });
}

export function connectTimedOut(step: Step): void {
  const { connectTimeout } = step.model.settings;
  const what = step.model.link === "authorizing" ? "the authorize endpoint did not answer" : "the WebSocket did not open";
  const remedy = 'Check that it is reachable, or raise the option "connectTimeout".';
  const text = `connect() gave up: ${what} within ${connectTimeout} ms. ${remedy}`;
  connectFailed(step, new LayercodeError("connect-timeout", text, { fatal: true }));
}

/** The connection ended, and not by us. */
export function socketClosed(step: Step, close: TransportClose): void {
  const cause = `code ${close.code}${close.reason ? `, "${close.reason}"` : ""}`;
  if (step.state.status === "connecting") {
    const text = `The WebSocket could not be opened (${cause}). Check the network, the option "url", and that the session key was not used up.`;
    return connectFailed(step, new LayercodeError("connection", text, { fatal: true }));
  }
  const text = `The connection was lost (${cause}). Call connect() to resume the conversation.`;
  const error = close.code === 1000 ? null : new LayercodeError("connection", text, { fatal: true });
  closeEverything(step, []);
  step.show({ status: "disconnected", error });
  if (error) step.run({ type: "emit", event: "error", payload: error });
  step.run({ type: "emit", event: "disconnect", payload: undefined });
}

/** `disconnect()`: ends whatever is under way; the conversation id stays. */
export function disconnect(step: Step, call: number): void {
  const { connectCalls } = step.model;
  const wasConnected = step.state.status === "connected";
  closeEverything(step, [call]);
  step.show({ status: "disconnected" });
  if (connectCalls.length > 0)
    step.run({
      type: "settle",
      calls: connectCalls,
      error: new LayercodeError("aborted", "connect() was aborted: disconnect() was called, or its signal fired."),
    });
  if (wasConnected) step.run({ type: "emit", event: "disconnect", payload: undefined });
}

function closeEverything(step: Step, calls: readonly number[]): void {
  for (const turnId of step.model.playback.unfinished)
    step.setTranscript(assistantInterrupted(step.model.transcript, turnId));
  abandonPress(step);
  closeChannels(step);
  step.set({
    attempt: step.model.attempt + 1,
    link: "none",
    connectCalls: [],
    playback: initialPlayback,
  });
  step.show({ turn: null, userSpeaking: false, agentSpeaking: false });
  for (const timer of ["connect", "microphone", "flush", "grace", "silent-turn"] as const) step.run({ type: "cancel", timer });
  step.run({ type: "close", calls });
}
