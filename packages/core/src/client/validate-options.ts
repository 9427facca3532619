import { LayercodeError } from "../errors.js";
import { callbacks } from "./listeners.js";
import type { LayercodeClientOptions } from "./options.js";

/** Timers take no more milliseconds; beyond it they fire at once. */
const longestMs = 2 ** 31 - 1;

const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";
const isAddress = (value: unknown) => isText(value) || value instanceof URL;
const isFunction = (value: unknown) => typeof value === "function";
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
/** Also false of NaN. */
const isWithin = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most;
const isCount = (least: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= least;
const isOneOf = (values: string) => (value: unknown) => isText(value) && values.split(", ").includes(String(value));
const has = (value: unknown, methods: string) =>
  methods.split(" ").every((name) => isFunction((value as Record<string, unknown> | null)?.[name]));

const levels = "silent, error, warn, info, debug";
const credentials = "omit, same-origin, include";
const metadata = "a plain object, or a function that returns one";
const volume = "a number from 0 to 1";

/** Options by name, what each has to be, and that in words. */
const checks: readonly [names: string, isValid: (value: unknown) => boolean, expected: string][] = [
  ["agentId", isText, 'the id of your agent, such as "ag-123456"'],
  ["authorizeSessionEndpoint", isText, 'a path such as "/api/authorize", or a full URL'],
  ["conversationId", (value) => value === null || isText(value), "the id of a conversation, or null for a new one"],
  ["metadata", (value) => isFunction(value) || isObject(value), metadata],
  ["audioInput audioOutput deferAudioInit enableAmplitudeMonitoring wakeLock exclusive", isSwitch, "true or false"],
  ["authorizeSessionRequest audioProcessor WebSocket fetch reconnect.shouldReconnect", isFunction, "a function"],
  // What is often written as null where there is none.
  [Object.values(callbacks).join(" "), (value) => value === null || isFunction(value), "a function"],
  ["volume", isWithin(0, 1), volume],
  ["frameMs", isWithin(10, 100), "a number of milliseconds from 10 to 100"],
  [
    "connectTimeout reconnect.baseDelay reconnect.maxDelay",
    isWithin(Number.MIN_VALUE, longestMs),
    "a number of milliseconds above 0",
  ],
  ["maxMessages", isCount(1), "a whole number above 0"],
  ["reconnect.maxAttempts", isCount(0), "a whole number, 0 or more"],
  ["reconnect", (value) => value === false || isObject(value), "false, or an object such as { maxAttempts: 8 }"],
  ["audioConstraints", isObject, "an object of track constraints"],
  ["mediaStream", (value) => has(value, "getAudioTracks"), "a MediaStream"],
  ["url workletUrl", isAddress, "a URL"],
  ["credentials", isOneOf(credentials), `one of ${credentials}`],
  ["logLevel", isOneOf(levels), `one of ${levels}`],
  ["logger", (value) => has(value, "error warn info debug"), "an object with these methods: error, warn, info, debug"],
  ["initialMessages", isTranscript, "a list of messages, such as the snapshot's"],
  ["audio", isAudio, "{ input, output }, an AudioInput and an AudioOutput"],
];

const checkOf = new Map(
  checks.flatMap(([names, isValid, expected]) =>
    names.split(" ").map((name) => [name, { isValid, expected }] as const),
  ),
);
/** Names by what they are in lower case: a wrong case is told from an option that nobody knows. */
const spelling = new Map([...checkOf.keys()].map((name) => [name.toLowerCase(), name]));
const required = ["agentId", "authorizeSessionEndpoint"];

/** Throws `invalid-option` for what no later step could make sense of. Components call it with every render. */
export function validateOptions(options: LayercodeClientOptions): void {
  const given: Record<string, unknown> = { ...options };
  for (const [name, value] of Object.entries(options?.reconnect || {})) given[`reconnect.${name}`] = value;
  for (const name in given) {
    const meant = spelling.get(name.toLowerCase());
    if (meant && meant !== name)
      throw new LayercodeError("invalid-option", `There is no option "${name}". Pass "${meant}".`);
  }
  for (const name of [...required, ...Object.keys(given)]) {
    const check = checkOf.get(name);
    const value = given[name];
    if (check && (value !== undefined || required.includes(name)) && !check.isValid(value))
      throw invalid(name, value, check.expected);
  }
}

/** Throws `invalid-option`. */
export function validateMetadata(value: unknown): asserts value is Record<string, unknown> {
  if (!isObject(value)) throw invalid("metadata", value, metadata);
}

/** Throws `invalid-option`. */
export function validateVolume(value: number): void {
  if (!isWithin(0, 1)(value)) throw invalid("volume", value, volume);
}

function isSwitch(value: unknown): boolean {
  return typeof value === "boolean";
}

function isTranscript(value: unknown): boolean {
  return Array.isArray(value) && value.every((message) => isText(message?.id) && typeof message.text === "string");
}

function isAudio(value: unknown): boolean {
  const { input, output } = Object(value);
  return has(input, "start stop flush setMuted now level") && has(output, "start stop enqueue end interrupt level");
}

function invalid(name: string, value: unknown, expected: string): LayercodeError {
  return new LayercodeError("invalid-option", `Option "${name}" is ${shown(value)}. Pass ${expected}.`);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  try {
    if (typeof value === "string" || typeof value === "object") return JSON.stringify(value).slice(0, 100);
  } catch {
    // A circle: shown by its kind.
  }
  return String(value).slice(0, 100);
}
