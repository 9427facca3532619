import type { AudioInputDevice } from "../audio/ports.js";
import type { StatusText } from "../machine/connection/connection.js";
import type { ClientEvents } from "./client-events.js";

/** The options that are callbacks, each with the event of `client.on()` that calls it. A new one needs a line here, nothing else. */
export const callbackEvents = {
  /** The conversation is open, and `client.ready` is on the wire. */
  onConnect: "connect",
  /** The session is over, and why: `{ by, code?, reason?, error? }`; fires once. */
  onDisconnect: "disconnect",
  /** Every failure, once; an instance of `LayercodeError`: switch on `code`. */
  onError: "error",
  /** Every message but audio and data, and the client's own `vad_events` and `replay_finished`. */
  onMessage: "message",
  /** A `response.data` message. */
  onDataMessage: "data",
  onStatusChange: "status",
  /** The microphone's level, RMS, 0..1, at most 30 times a second. */
  onUserAmplitudeChange: "userAmplitude",
  /** The agent's level, RMS, 0..1, at most 30 times a second. */
  onAgentAmplitudeChange: "agentAmplitude",
  /** How a turn of the agent went, once it is over: latencies, underruns, how much was heard. */
  onTurnSummary: "turn-summary",
  onUserIsSpeakingChange: "userSpeaking",
  onAgentSpeakingChange: "agentSpeaking",
  onMuteStateChange: "mute",
  /** The user talks while muted by `mute({ hint: true })` (`true`), or stops. */
  onTalkingWhileMuted: "talkingWhileMuted",
  /** Another microphone is in use, the first one included: its id. */
  onDeviceSwitched: "deviceSwitched",
  /** The agent is heard elsewhere now: the device's id, `null` on the system's choice, as when the chosen device goes. */
  onOutputDeviceSwitched: "outputDeviceSwitched",
  /** The microphones, once connected and whenever one comes or goes in a session. */
  onDevicesChanged: "devicesChanged",
  audioInputChanged: "audioInput",
  audioOutputChanged: "audioOutput",
} as const satisfies Record<string, keyof ClientEvents>;

export type CallbackName = keyof typeof callbackEvents;

/** What an app may listen to; each is also an event of `client.on()`. */
// Mapped by name alone, without `as`: so an editor shows the docs of the lines above.
// biome-ignore lint/suspicious/noExplicitAny: data without a schema is any.
export type LayercodeClientCallbacks<Content = any> = {
  -readonly [Name in keyof typeof callbackEvents]?: Callback<(typeof callbackEvents)[Name], Content> | undefined;
};

/**
 * As permissive as the types that Layercode's users wrote against (docs/decisions/0006): a handler of messages may name
 * any type for them, one of the status may take it for text, and one of devices may take them for `MediaDeviceInfo`.
 * Without a type, a handler's message is told apart by `type`: `Function` takes every handler and says nothing of its
 * parameter.
 */
type Callback<E extends keyof ClientEvents, Content> = E extends "message"
  ? // biome-ignore lint/complexity/noBannedTypes: what is said above.
    ClientEvents[E] | Function
  : E extends "data"
    ? DataCallback<Content>
    : E extends "status"
      ? { method(status: StatusText): void }["method"]
      : E extends "devicesChanged"
        ? { method(devices: AudioInputDevice[]): void }["method"]
        : ClientEvents[E];

/** Where a schema says what data is, a handler may not say otherwise; where none does, it may name any type. */
type DataCallback<Content> = 0 extends 1 & Content
  ? // biome-ignore lint/complexity/noBannedTypes: what is said above.
    ClientEvents<Content>["data"] | Function
  : ClientEvents<Content>["data"];

export const callbackNames = Object.keys(callbackEvents) as readonly CallbackName[];

/** The option that an event calls, if there is one. */
export function callbackOf(event: keyof ClientEvents): CallbackName | undefined {
  return callbackNames.find((name) => callbackEvents[name] === event);
}
