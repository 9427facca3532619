import { emptyConversation } from "../conversation/conversation.js";
import { next, type Transition } from "../transition.js";
import { isAudible } from "./channels/audible.js";
import { audioHandlers } from "./channels/audio.js";
import { inputHandlers } from "./channels/input.js";
import { isListening } from "./channels/listening.js";
import { outputHandlers } from "./channels/output.js";
import { connectHandlers } from "./connection/connect.js";
import { canInterrupt, isPushToTalk } from "./connection/connection.js";
import type { Context } from "./context.js";
import type { Effect, Signal } from "./effects.js";
import type { ClientEvent } from "./events.js";
import type { Model } from "./model.js";
import { firstRequestHandlers } from "./requests.js";
import { isPressed } from "./talk/press.js";

/** An event, or what one slice tells another, by its name. */
type Inputs = { [E in ClientEvent as E["type"]]: Extract<ClientEvent, { type: E["type"] }> } & {
  [S in Signal as S["signal"]]: S;
};

/** What slices do with what happens: of each slice a table, by the name of the event or signal. */
export type Handlers = {
  readonly [Slice in keyof Model]?: {
    readonly [Name in keyof Inputs]?: (
      state: Model[Slice],
      input: Inputs[Name],
      context: Context,
    ) => Transition<Model[Slice], Effect | Signal>;
  };
};

/** What is there before a session is: the rest loads with the first `connect()` (docs/decisions/0001). */
const firstHandlers: Handlers = {
  settings: { settingsChanged: (_, { settings }) => ({ state: settings, effects: [] }) },
  connection: connectHandlers,
  requests: firstRequestHandlers,
  audioInput: inputHandlers,
  audioOutput: outputHandlers,
  listed: { devicesListed: (_, { listed }) => next(listed, { type: "emit", event: "devicesListed", payload: listed }) },
  isAudioBlocked: audioHandlers,
  conversation: { conversationChanged: () => ({ state: emptyConversation, effects: [] }) },
  error: { showError: (_, { error }) => ({ state: error, effects: [] }) },
};

/** What the machine is handed with every event. */
export interface MachineSurroundings {
  /** The handlers that load with a session; none before. They stand before those that are there at first. */
  readonly session: Handlers;
  /** Milliseconds on a clock that nobody sets back: for durations. */
  readonly now: number;
  /** Milliseconds since the epoch, by the clock of the device: for what is shown as a date. */
  readonly time: number;
  /** A chance, 0 up to 1. */
  readonly random: number;
}

/** The one place that decides: what a client knows after an event, and what is to be done. Pure. */
export function reduce(model: Model, event: ClientEvent, surroundings: MachineSurroundings): Transition<Model, Effect> {
  const effects: Effect[] = [];
  let current = model;
  let context = contextOf(current, surroundings);
  const take = (input: ClientEvent | Signal) => {
    const name = "signal" in input ? input.signal : input.type;
    // Who is told by `context` of what another slice made of the event, stands behind that one in the model.
    for (const slice of Object.keys(model) as (keyof Model)[]) {
      const handle = (surroundings.session[slice]?.[name as never] ?? firstHandlers[slice]?.[name as never]) as
        | AnyHandler
        | undefined;
      // What names a channel concerns that one of the two.
      const isOfTheOther = slice.startsWith("audio") && "channel" in input && input.channel !== slice;
      if (!handle || isOfTheOther) continue;
      const taken = handle(current[slice], input, context);
      // Most handlers leave their slice as it was: then the model is the same, and its context too.
      if (taken.state !== current[slice]) {
        current = { ...current, [slice]: taken.state };
        context = contextOf(current, surroundings);
      }
      for (const effect of taken.effects) {
        if ("signal" in effect) take(effect);
        else effects.push(effect);
      }
    }
  };
  if (isCurrent(model, event)) {
    take(event);
    take({ signal: "eventEnded" });
  } else if ("position" in event) take({ signal: "playerReportedLate", report: event });
  return { state: current, effects };
}

type AnyHandler = (state: unknown, input: unknown, context: Context) => Transition<unknown, Effect | Signal>;

/** Outcomes of what was asked for earlier, and given up since, are dropped. */
function isCurrent(model: Model, event: ClientEvent): boolean {
  if ("attempt" in event) return event.attempt === model.connection.attempt;
  return !("id" in event) || event.id === model[event.channel].id;
}

function contextOf(model: Model, { now, time, random }: MachineSurroundings): Context {
  const { settings, connection, talk, audioInput: input, audioOutput: output, conversation } = model;
  return {
    // Field by field: V8 keeps what begins with a rest or a spread as a dictionary, and each event would take ten times as long.
    now,
    time,
    random,
    settings,
    phase: connection.phase,
    isConnected: connection.phase.name === "connected",
    config: connection.config,
    isPushToTalk: isPushToTalk(connection),
    canInterrupt: settings.bargeIn !== "off" && canInterrupt(connection),
    isPressed: isPressed(talk),
    isListening: isListening(input, model.devices),
    isSpeechHeard: model.detection.isSpeaking,
    microphone: input,
    speaker: output,
    isMicrophoneOpen: input.status === "open",
    isAudible: isAudible(output),
    isOpeningChannel: input.status === "opening" || output.status === "opening",
    isAgentQueued: conversation.playback.queuedTurnIds.length > 0,
    wantsAudio: [input, output].some(({ isOn, isDeferred }) => isOn && !isDeferred),
  };
}
