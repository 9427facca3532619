import type { PlaybackPosition } from "../audio/ports.js";
import { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { Frame } from "../protocol/codec.js";
import type { TransportClose } from "../transport/transport.js";
import { channelOpened, preferInputDevice, setChannel, setMuted, unansweredPrompt } from "./channels.js";
import {
  channelFailed,
  connect,
  connectAborted,
  connectFailed,
  connectTimedOut,
  disconnect,
  sessionLoaded,
} from "./connection.js";
import type { AudioRequest, Effect, TimerName } from "./effects.js";
import type { Authorized } from "./link.js";
import { type ChannelName, channelNames, type Model, type Settings, Step } from "./model.js";
import { audioAnswered, setOutputDevice, setVolume, showAudioTroubles } from "./output.js";
import type { SessionCode } from "./session.js";
import type { ClientStatus } from "./state.js";

/** What a player tells of a position. */
export type PlayerReport = "playbackRanDry" | "playbackFinished" | "playbackInterrupted";

/** What needs a connection; refused without one. */
export type ConnectedRequest =
  | { type: "press" | "release"; at: number }
  | { type: "sendText"; text: string }
  | { type: "sendData"; data: Record<string, unknown> };

/** What an app asks for. */
export type Request =
  | ConnectedRequest
  | { type: "connect" | "disconnect" }
  | { type: "setChannel"; channel: ChannelName; on: boolean }
  | { type: "setMuted"; muted: boolean }
  | { type: "preferInputDevice" | "setOutputDevice"; deviceId: string | null }
  | { type: "setVolume"; volume: number }
  | { type: "resumeAudio" | "prepare" };

/** Whatever happens to a client. Outcomes of effects repeat the number of what they belong to. */
export type ClientEvent =
  | (Request & { call: number })
  | { type: "connectAborted"; call: number }
  | { type: "sessionLoaded"; session: SessionCode }
  | ({ type: "authorized"; attempt: number } & Authorized)
  | { type: "connectFailed"; attempt: number; error: LayercodeError }
  | { type: "socketOpened"; attempt: number }
  | ({ type: "socketMessage"; attempt: number } & Frame)
  | ({ type: "socketClosed"; attempt: number } & TransportClose)
  | { type: "settingsChanged"; settings: Settings }
  | { type: "conversationChosen"; conversationId: string | null }
  | { type: "channelOpened"; channel: ChannelName; id: number; deviceId: string | null }
  | { type: "channelFailed"; channel: ChannelName; id: number; error: LayercodeError }
  | { type: "microphoneSilent"; channel: "audioInput"; id: number; silent: boolean }
  | { type: "audioBlocked"; blocked: boolean }
  | { type: "audioAnswered"; request: AudioRequest; error: LayercodeError | undefined }
  | { type: PlayerReport; channel: "audioOutput"; id: number; position: PlaybackPosition }
  | { type: "playbackStarted"; channel: "audioOutput"; id: number; turnId: string }
  | { type: "flushed"; press: number }
  | { type: "pageChanged"; online: boolean; visible: boolean }
  | { type: "uplinkCongested" | "takenOver" }
  | { type: "unsent"; message: ClientMessage }
  | { type: TimerName };

/** What happens only in a session: its handlers come with the code of one. */
type SessionEvent =
  | ConnectedRequest["type"]
  | PlayerReport
  | "playbackStarted"
  | "authorized"
  | "socketOpened"
  | "socketMessage"
  | "socketClosed"
  | "takenOver"
  | "unsent"
  | "uplinkCongested"
  | "flushed"
  | "pageChanged"
  | Exclude<TimerName, "connectTimedOut" | "promptExpired">;

/** The event of a type, also where several types share one shape. */
type EventOf<T, E = ClientEvent> = E extends { type: infer U } ? (T extends U ? E : never) : never;

/** The one place that decides: what a client knows after an event, and what is to be done. Pure; `now` in ms, `random` 0 up to 1. */
export function reduce(
  model: Model,
  event: ClientEvent,
  now: number,
  random: number,
): { model: Model; effects: Effect[] } {
  const step = new Step(model, now, random);
  if (isCurrent(model, event)) {
    const handle = (handlers as Partial<Handlers>)[event.type] ?? model.session?.handlers[event.type as SessionEvent];
    if (isRefused(step, event)) refuse(step, event);
    else if (handle) (handle as (step: Step, event: ClientEvent) => void)(step, event);
    else if (needsConnection(event)) step.set({ early: [...model.early, event] });
    step.model.session?.connectedWhenReady(step);
    showAudioTroubles(step);
    step.model.session?.showAgentState(step);
  } else if ("position" in event) model.session?.playerToldLate(step, event);
  return { model: step.model, effects: step.effects };
}

type Handlers = { [T in ClientEvent["type"]]: (step: Step, event: EventOf<T>) => void };
export type SessionHandlers = Pick<Handlers, SessionEvent>;

const handlers: Omit<Handlers, SessionEvent> = {
  connect,
  connectAborted,
  disconnect,
  setChannel,
  setMuted,
  preferInputDevice,
  setVolume,
  setOutputDevice,
  prepare: (step, { call }) => {
    const { state, model } = step;
    const withAudio = channelNames.some((channel) => state[channel] && !model[channel].deferred);
    step.run({ type: "prepare", withAudio, calls: [call] });
  },
  resumeAudio: (step, { call }) => step.run({ type: "resumeAudio", calls: [call] }),
  audioAnswered,
  audioBlocked: (step, { blocked }) => step.set({ isBlocked: blocked }),
  microphoneSilent: (step, { silent }) => step.set({ isSilent: silent }),
  settingsChanged: (step, { settings }) => step.set({ settings }),
  conversationChosen: (step, { conversationId }) => step.set({ nextConversationId: conversationId }),
  sessionLoaded,
  connectFailed,
  channelOpened,
  channelFailed,
  connectTimedOut,
  promptExpired: (step) => channelFailed(step, { channel: "audioInput", error: unansweredPrompt() }),
};

function isCurrent(model: Model, event: ClientEvent): boolean {
  if ("attempt" in event) return event.attempt === model.attempt;
  return !("id" in event) || event.id === model[event.channel].id;
}

/** What needs a connection, and which status will do: what can wait for the connection is taken while it comes. */
const needed: Record<ConnectedRequest["type"], readonly ClientStatus[]> = {
  press: ["connecting", "connected", "reconnecting"],
  release: ["connecting", "connected", "reconnecting"],
  sendText: ["connected", "reconnecting"],
  sendData: ["connected", "reconnecting"],
};

function needsConnection(event: ClientEvent): event is ConnectedRequest & { call: number } {
  return event.type in needed;
}

function isRefused({ state }: Step, event: ClientEvent): event is ConnectedRequest & { call: number } {
  return needsConnection(event) && !needed[event.type].includes(state.status);
}

function refuse(step: Step, { call }: { call: number }): void {
  const text = `Nothing can be sent while the status is "${step.state.status}". Await connect() first.`;
  step.fail(new LayercodeError("not-connected", text), [call]);
}
