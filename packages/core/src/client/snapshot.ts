import type { ListedDevices } from "../audio/ports.js";
import type { AgentConfig } from "../authorization/schema.js";
import { type AgentState, agentStateOf } from "../conversation/agent-state.js";
import type { Turn } from "../conversation/conversation.js";
import type { Message } from "../conversation/messages.js";
import { isAgentSpeaking, isUserSpeaking } from "../conversation/speaking.js";
import type { LayercodeError } from "../errors.js";
import { isListening } from "../machine/channels/listening.js";
import {
  type ClientStatus,
  type EndReason,
  isPushToTalk,
  type Reconnecting,
  statusOf,
} from "../machine/connection/connection.js";
import { initialModel, type Model } from "../machine/model.js";
import { isPressed } from "../machine/talk/press.js";

/** Push-to-talk, as a button needs it. */
export interface PushToTalk {
  /** Whether the agent listens only while pressed. */
  readonly enabled: boolean;
  readonly pressed: boolean;
}

/** One immutable snapshot of a client; its identity changes only when something in it did. */
export interface ClientState extends ListedDevices {
  readonly status: ClientStatus;
  /** While the status is `reconnecting`; else `null`. */
  readonly reconnecting: Reconnecting | null;
  /** Survives disconnects: the next `connect()` resumes it. */
  readonly conversationId: string | null;
  /** The agent's configuration; `null` before the first authorization, or when the server sent none. */
  readonly config: AgentConfig | null;
  readonly turn: Turn | null;
  /** What the agent does, in one word. */
  readonly agentState: AgentState;
  readonly userSpeaking: boolean;
  /** True from the first rendered sample until everything was played, an interruption or a pause. */
  readonly agentSpeaking: boolean;
  /** The agent has paused, or is quieter, while the user may be speaking; `null`: neither. */
  readonly agentHeld: "paused" | "ducked" | null;
  readonly isMuted: boolean;
  /** Whether the user talks while muted by `mute({ hint: true })`. */
  readonly talkingWhileMuted: boolean;
  /** Whether the microphone is switched on. */
  readonly audioInput: boolean;
  /** Whether the agent's speech is switched on. */
  readonly audioOutput: boolean;
  /** Whether speech may be detected on the page: the option of that name. */
  readonly enableVAD: boolean;
  readonly pushToTalk: PushToTalk;
  /** The microphone that the user chose; `null` follows the system. */
  readonly preferredInputDeviceId: string | null;
  /** The microphone that is open; `null` while none is, or where the platform does not tell. */
  readonly activeInputDeviceId: string | null;
  /** Whether the microphone has delivered nothing but exact zeros for 3 s, though it is on and not muted. */
  readonly microphoneSilent: boolean;
  /** Whether the system has muted the microphone for 5 s, as for a phone call: nothing is sent until it goes on. */
  readonly mutedBySystem: boolean;
  /** Where the agent is to be heard, as the user chose; `null` follows the system. */
  readonly outputDeviceId: string | null;
  /** Where the agent is heard; `null`: on the system's choice, as while the chosen device is not there. */
  readonly activeOutputDeviceId: string | null;
  /** How loud the agent is, 0..1. */
  readonly volume: number;
  /** Whether the browser holds the sound back, the microphone's too, until `resumeAudio()` is called in a gesture. */
  readonly audioBlocked: boolean;
  /** The transcript, oldest first. */
  readonly messages: readonly Message[];
  /** Why the last session is over, a `connect()` that did not get through included; `null` again at the next `connect()`. */
  readonly endReason: EndReason | null;
  /** What ended the last connection, took a channel away or kept the sound from a device; `null` again at the next `connect()`. */
  readonly error: LayercodeError | null;
}

/** The snapshot of a model; `before` itself, and its parts, where nothing in them has changed. */
export function snapshotOf(model: Model, before?: ClientState): ClientState {
  const { settings, connection, talk, audioInput: input, audioOutput: output, isAudioBlocked, error } = model;
  const { detection, devices, listed, conversation } = model;
  const { phase, conversationId, config, endReason } = connection;
  const status = statusOf(connection);
  const pushToTalk = { enabled: isPushToTalk(connection), pressed: isPressed(talk) };
  const listening = isListening(input, devices);
  const isHeard = listening && (!pushToTalk.enabled || pushToTalk.pressed);
  return unchanged(before, {
    status,
    reconnecting: phase.reconnecting,
    conversationId,
    config,
    turn: conversation.turn,
    agentState: status === "connected" ? agentStateOf(conversation, isHeard) : "idle",
    userSpeaking: isUserSpeaking(conversation, {
      isListening: listening,
      isPressed: pushToTalk.pressed,
      isSpeechHeard: detection.isSpeaking,
    }),
    agentSpeaking: isAgentSpeaking(conversation),
    agentHeld: conversation.playback.held,
    isMuted: input.muted !== null,
    talkingWhileMuted: detection.whileMuted === "talking",
    audioInput: input.isOn,
    audioOutput: output.isOn,
    enableVAD: settings.enableVAD,
    pushToTalk: unchanged(before?.pushToTalk, pushToTalk),
    preferredInputDeviceId: input.deviceId,
    activeInputDeviceId: input.activeDeviceId,
    microphoneSilent: input.isSilent && !input.muted && input.status === "open",
    mutedBySystem: devices?.systemMute === "lasting",
    ...listed,
    outputDeviceId: output.deviceId,
    activeOutputDeviceId: output.activeDeviceId,
    volume: output.volume,
    audioBlocked: isAudioBlocked && (input.status !== "off" || output.status !== "off"),
    messages: conversation.transcript.messages,
    endReason,
    error,
  });
}

/** The snapshot of a client without options. */
export function initialSnapshot(): ClientState {
  const settings = { agentId: "", connectTimeout: 0, deferAudioInit: false, maxMessages: 0, reconnect: false } as const;
  const detection = { enableVAD: true, vad: false, vadResumeDelay: 0, bargeIn: "off" } as const;
  const start = { conversationId: null, audioInput: true, audioOutput: true, volume: 1, initialMessages: [] };
  return snapshotOf(initialModel({ ...settings, ...detection, ...start }));
}

/** `before`, if every field of it is the same: so an object keeps its identity until something in it changes. */
function unchanged<T extends object>(before: T | undefined, now: T): T {
  return before && (Object.keys(now) as (keyof T)[]).every((key) => before[key] === now[key]) ? before : now;
}
