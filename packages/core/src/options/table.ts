import type { ReconnectOptions } from "../machine/connection/reconnect-policy.js";
import { type CallbackName, callbackNames } from "./callbacks.js";
import { type Check, isObject, metadataExpected } from "./check.js";
import {
  address,
  aFunction,
  audioPorts,
  callback,
  has,
  isCount,
  isFunction,
  isText,
  isTool,
  isWithin,
  milliseconds,
  oneOf,
  onOrOff,
  schema,
  transcript,
} from "./checks.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";

/** The options that every client needs. */
type RequiredName = {
  [Name in keyof LayercodeClientOptions]-?: LayercodeClientOptions extends Record<Name, unknown> ? Name : never;
}[keyof LayercodeClientOptions];

/** Whether a value will do; what would, as the end of the sentence "Pass …"; and what an option is that was not given. */
type Row<Name extends keyof LayercodeClientOptions> = Name extends RequiredName
  ? Check
  : readonly [...check: Check, byDefault?: LayercodeClientOptions[Name]];

const callbackRows = Object.fromEntries(callbackNames.map((name) => [name, callback])) as Record<CallbackName, Check>;

/**
 * Every option of the client: its check, what is expected, its default. Validation, defaults and the right spelling follow
 * from here. An option without a row does not compile; one whose row has no default stays absent until it is given.
 */
export const table = {
  agentId: [isText, 'the id of your agent, such as "ag-123456"'],
  authorizeSessionEndpoint: [isText, 'a path such as "/api/authorize", or a full URL'],
  conversationId: [(value) => value === null || isText(value), "an id, or null", null],
  metadata: [(value) => isFunction(value) || isObject(value), metadataExpected, {}],
  authorizeSessionRequest: aFunction,
  credentials: oneOf("omit, same-origin, include"),
  connectTimeout: [...milliseconds, 15_000],
  preConnectBuffer: [
    (value) => onOrOff[0](value) || isWithin(0, 10_000)(value),
    "true, false, or a number of milliseconds up to 10000",
    false,
  ],
  // The defaults of its fields are in machine/connection/reconnect-policy.ts, which a page loads with its first session.
  reconnect: [
    (value) => value === false || isObject(value),
    "false, or an object such as { maxElapsedMs: 60_000 }",
    {},
  ],
  audioInput: [...onOrOff, true],
  audioOutput: [...onOrOff, true],
  volume: [isWithin(0, 1), "a number from 0 to 1", 1],
  deferAudioInit: [...onOrOff, false],
  enableAmplitudeMonitoring: [...onOrOff, true],
  audioConstraints: [isObject, "track constraints"],
  mediaStream: [has("getAudioTracks"), "a MediaStream"],
  audioProcessor: aFunction,
  frameMs: [isWithin(10, 100), "a number of milliseconds from 10 to 100", 20],
  playout: oneOf("adaptive, plain"),
  workletUrl: address,
  enableVAD: [...onOrOff, true],
  vad: [
    (value) => value === false || value === "silero" || value === "energy" || has("process, reset")(value),
    '"silero", "energy", false, or a detector',
    "silero",
  ],
  vadModelUrl: address,
  vadWorkletUrl: address,
  recordingWorkletUrl: address,
  bargeIn: [...oneOf("local, server, off"), "local"],
  vadResumeDelay: [isWithin(0, 60_000), "a number of milliseconds up to 60000", 500],
  userTiming: [...onOrOff, false],
  onHidden: oneOf("continue, mute, end"),
  mediaSession: onOrOff,
  audioSession: onOrOff,
  rememberDevices: [(value) => onOrOff[0](value) || isText(value), "true, false, or a name", false],
  wakeLock: [...onOrOff, true],
  exclusive: [...onOrOff, false],
  initialMessages: [...transcript, []],
  maxMessages: [isCount(1), "a whole number above 0", 500],
  data: schema,
  clientData: schema,
  tools: [(value) => isObject(value) && Object.values(Object(value)).every(isTool), "tools by name: { input, run }"],
  toolTimeout: [...milliseconds, 30_000],
  logger: [has("error, warn, info, debug"), "an object with error, warn, info, debug"],
  logLevel: [...oneOf("silent, error, warn, info, debug"), "silent"],
  audio: audioPorts,
  url: [...address, "wss://api.layercode.com/v1/agents/web/websocket"],
  WebSocket: aFunction,
  fetch: aFunction,
  ...callbackRows,
} as const satisfies { [Name in keyof LayercodeClientOptions]-?: Row<Name> };

/** A new required option does not compile without its name here. */
export const required: Readonly<Record<RequiredName, true>> = { agentId: true, authorizeSessionEndpoint: true };

/** The fields of the option `reconnect`. */
const reconnectTable = {
  maxElapsedMs: [
    (value) => value === Infinity || milliseconds[0](value),
    "a number of milliseconds above 0, or Infinity",
  ],
  maxAttempts: [(value) => value === Infinity || isCount(0)(value), "a count, or Infinity"],
  baseDelay: milliseconds,
  maxDelay: milliseconds,
  shouldReconnect: aFunction,
} as const satisfies Record<keyof ReconnectOptions, Check>;

/** A row of whichever option. */
export type AnyRow = readonly [...check: Check, byDefault?: unknown];
/** The rows of a table by name, for what goes through all of them. */
export type Rows = ReadonlyMap<string, AnyRow>;

export const rows: Rows = new Map(Object.entries(table));
export const reconnectRows: Rows = new Map(Object.entries(reconnectTable));
