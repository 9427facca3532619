import type { ListedDevices } from "../audio/ports.js";
import { type Conversation, conversationWith } from "../conversation/conversation.js";
import { type Message, resumedTranscript, trimmed } from "../conversation/messages.js";
import type { LayercodeError } from "../errors.js";
import { type Input, initialInput } from "./channels/input.js";
import { initialOutput, type Output } from "./channels/output.js";
import { type Connection, initialConnection } from "./connection/connection.js";
import type { Detection } from "./detection/detection.js";
import type { Devices } from "./devices/devices.js";
import type { Called, ConnectedRequest } from "./events.js";
import type { Outbox } from "./outbox/outbox.js";
import type { Settings } from "./settings.js";
import type { Talk } from "./talk/press.js";
import type { ToolCalls } from "./tool-calls/tool-calls.js";

/** Everything a client knows, slice by slice. What an app is shown is derived of it: nothing stands here twice. */
export interface Model {
  readonly settings: Settings;
  readonly connection: Connection;
  readonly talk: Talk;
  readonly outbox: Outbox;
  /** The microphones around the one that is used. They decide what becomes of it, so they are told first. */
  readonly devices: Devices | null;
  readonly audioInput: Input;
  readonly audioOutput: Output;
  /** The devices to choose from, while somebody watches them. */
  readonly listed: ListedDevices;
  /** Whether the browser holds the sound of this session back. */
  readonly isAudioBlocked: boolean;
  /** Whether the user speaks, as it is heard here. */
  readonly detection: Detection;
  readonly conversation: Conversation;
  /** What the backend asks tools of the page to do. */
  readonly toolCalls: ToolCalls;
  /** What the app asked for while connecting, before the code of a session was there. */
  readonly requests: readonly Called<ConnectedRequest>[];
  /** What went wrong last; `null` again at the next `connect()`. */
  readonly error: LayercodeError | null;
}

/** What a client begins with. */
export interface Start extends Settings {
  readonly conversationId: string | null;
  readonly audioInput: boolean;
  readonly audioOutput: boolean;
  readonly volume: number;
  readonly initialMessages: readonly Message[];
}

/** The slices stand in the order in which they take an event. */
export function initialModel(start: Start): Model {
  const { deferAudioInit, maxMessages, initialMessages } = start;
  return {
    settings: start,
    connection: initialConnection(start.conversationId),
    requests: [],
    talk: { press: null, pressCount: 0, releaseCalls: [] },
    outbox: { waiting: [], written: [], typedCount: 0 },
    devices: null,
    audioInput: initialInput(start.audioInput, deferAudioInit),
    audioOutput: initialOutput(start.audioOutput, deferAudioInit, start.volume),
    listed: {
      inputDevices: [],
      inputPermission: "unknown",
      outputDevices: [],
      outputPermission: "unknown",
    },
    isAudioBlocked: false,
    detection: { asked: null, isSpeaking: false },
    conversation: conversationWith(trimmed(resumedTranscript(initialMessages), maxMessages)),
    toolCalls: { running: [], known: [] },
    error: null,
  };
}
