import type { UnknownName } from "../machine/unknown-name.js";
import { nearestName } from "../nearest-name.js";
import type { ClientEvents } from "./client-events.js";
import { rows } from "./table.js";

/** Every event of `client.on()`; a new one does not compile without its name here. */
const events: Record<keyof ClientEvents, true> = {
  connect: true,
  disconnect: true,
  status: true,
  reconnecting: true,
  agentState: true,
  turn: true,
  transcript: true,
  userSpeaking: true,
  agentSpeaking: true,
  mute: true,
  talkingWhileMuted: true,
  audioInput: true,
  audioOutput: true,
  deviceSwitched: true,
  outputDeviceSwitched: true,
  devicesChanged: true,
  devicesListed: true,
  userAmplitude: true,
  agentAmplitude: true,
  "audio:silent-microphone": true,
  "audio:uplink-congested": true,
  "audio:queue-full": true,
  "audio:underrun": true,
  "turn-summary": true,
  error: true,
  message: true,
  data: true,
};
export const eventNames = Object.keys(events) as readonly (keyof ClientEvents)[];

/** What of an app's options, and of the events it listens to, means nothing. Loads with a session: it is only advice. */
export function findUnknownNames(options: object, listened: readonly string[]): UnknownName[] {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return [...unknownOf("unknownOption", given, [...rows.keys()]), ...unknownOf("unknownEvent", listened, eventNames)];
}

function unknownOf(type: UnknownName["type"], names: readonly string[], known: readonly string[]): UnknownName[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearestName(name, known);
      return { type, name, ...(meant !== undefined && { meant }) };
    });
}
