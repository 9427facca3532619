import type { AgentConfig } from "../authorization/schema.js";
import { connectionBegins } from "../conversation/connection-cut.js";
import { LayercodeError } from "../errors.js";
import type { TransportClose } from "../transport/transport.js";
import { connectFailed } from "./connection.js";
import { connectionLost } from "./mending.js";
import { type ChannelName, channelNames, type Step } from "./model.js";
import { emptyOutbox } from "./outbox.js";
import { abandonPress, resumePress } from "./push-to-talk.js";
import { endSession } from "./session-end.js";

/** What the backend answered. */
export interface Authorized {
  clientSessionKey: string;
  conversationId: string;
  config: AgentConfig | null;
}

/** The backend let us in: the configuration applies before the first frame passes the gate. */
export function authorized(step: Step, { conversationId, config, clientSessionKey }: Authorized): void {
  step.set({ link: "opening" });
  connectionBegins(step);
  step.run({ type: "watchPage" });
  const enabled = config?.transcription?.trigger === "push_to_talk";
  if (!enabled) abandonPress(step);
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
  resumePress(step);
  emptyOutbox(step);
  step.run({ type: "hold" });
  step.settle(model.connectCalls);
  step.emit("connect", { conversationId, ...(config && { config }), ...(reconnected && { reconnected }) });
}

/** The connection ended, and not by us. */
export function socketClosed(step: Step, { code, reason, wasClean }: TransportClose): void {
  if (step.state.status !== "connecting") {
    const cause = step.model.link === "open" ? "closed" : "unreachable";
    return connectionLost(step, { code, reason, wasClean, cause });
  }
  const what = `The WebSocket could not be opened (code ${code}${reason && `, ${JSON.stringify(reason)}`}).`;
  const text = `${what} Check the network and the option "url".`;
  connectFailed(step, { error: new LayercodeError("connection", text, { fatal: true }) });
}

/** Another tab of the page has begun to speak, and `exclusive` lets only one. */
export function takenOver(step: Step): void {
  if (step.model.link === "none") return;
  const text =
    'Another tab took over: the option "exclusive" lets one speak at a time. Call connect() to take it back.';
  endSession(step, new LayercodeError("aborted", text, { fatal: true }));
}
