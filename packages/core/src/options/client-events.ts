import type { AudioInputDevice, ListedDevices } from "../audio/ports.js";
import type { AgentState } from "../conversation/agent-state.js";
import type { Turn } from "../conversation/conversation.js";
import type { ConversationEvents } from "../conversation/events.js";
import type { Message } from "../conversation/messages.js";
import type { ClientStatus, ConnectInfo, EndReason, Reconnecting } from "../machine/connection/connection.js";

/** The events of `client.on()`. */
// biome-ignore lint/suspicious/noExplicitAny: data without a schema is any.
export interface ClientEvents<Content = any> extends ConversationEvents<Content> {
  connect: (info: ConnectInfo) => void;
  /** The session is over. */
  disconnect: (why: EndReason) => void;
  status: (status: ClientStatus) => void;
  /** A connection that was lost is being brought back: each attempt, and `null` when that is over. */
  reconnecting: (reconnecting: Reconnecting | null) => void;
  agentState: (state: AgentState) => void;
  turn: (turn: Turn | null) => void;
  transcript: (messages: readonly Message[]) => void;
  userSpeaking: (speaking: boolean) => void;
  agentSpeaking: (speaking: boolean) => void;
  mute: (muted: boolean) => void;
  /** The user talks while muted by `mute({ hint: true })`, or stops. */
  talkingWhileMuted: (talking: boolean) => void;
  audioInput: (on: boolean) => void;
  audioOutput: (on: boolean) => void;
  /** Another microphone is in use, the first one included: its id. */
  deviceSwitched: (deviceId: string) => void;
  /** The agent is heard elsewhere now: the device's id, `null` on the system's choice, as when the chosen device goes. */
  outputDeviceSwitched: (deviceId: string | null) => void;
  /** The microphones, once connected and whenever one comes or goes in a session. Listed only while somebody listens. */
  devicesChanged: (devices: AudioInputDevice[]) => void;
  /**
   * What there is to choose from, and whether the page may use it: at first, and at every change, without a session too.
   * Listed only while somebody listens, into the snapshot as well. Never asks the user for anything.
   */
  devicesListed: (listed: ListedDevices) => void;
  /** 0..1, at most 30 times a second, only while somebody listens. */
  userAmplitude: (amplitude: number) => void;
  /** 0..1, at most 30 times a second, only while somebody listens. */
  agentAmplitude: (amplitude: number) => void;
  /** The microphone delivers nothing but exact zeros (`true`), as one that its own switch turned off; or sound again. */
  "audio:silent-microphone": (silent: boolean) => void;
  /** The network does not keep up with the microphone: over 1 s waits, and the oldest of it is dropped. Once each time. */
  "audio:uplink-congested": (nothing?: undefined) => void;
}
