import { checkNames } from "../known-names.js";
import { describeValue } from "../matching.js";

/**
 * How the server behaves where nobody knows how Layercode's does, or where its versions differ.
 * Each default is the documented form.
 */
export interface ProtocolSettings {
  /** Whether `turn.start` has a `turn_id`. Default true. */
  turnStartTurnId: boolean;
  /** Turn ids as a UUID, or prefixed by `user-` and `assistant-`. Default `"plain"`. */
  turnIds: "plain" | "prefixed";
  /** Whether `turn.end` is sent, as older servers do: after the user's transcript and after all of a reply. Default false. */
  turnEnd: boolean;
  /** Whether `response.end` is sent. Default true. */
  responseEnd: boolean;
  /** `response.text` for each thing said, or once for the whole turn, at its end. Default `"chunks"`. */
  responseText: "chunks" | "full";
  /** Whether `response.text.delta` is sent as well, one a word, ahead of the `response.text` that has the same words. Default false. */
  responseTextDeltas: boolean;
  /** Whether `response.audio` has a `delta_id`. Default true. */
  deltaIds: boolean;
  /** When the client is told that the user has the floor. A reply is interrupted at speech start all the same. Default `"speech-start"`. */
  userTurnStart: "speech-start" | "first-transcript";
  /** Whether typed text has a `turn.start user` before its transcript. Default false. */
  typedTurnStart: boolean;
  /** Number of the first `delta_counter` of a connection. Default 0. */
  firstDeltaCounter: number;
  /** From one `delta_counter` to the next; over 1 leaves gaps. Default 1. */
  deltaCounterStep: number;
  /** `delta_counter` as a number or as its digits. Default `"number"`. */
  deltaCounters: "number" | "string";
  /** Spans in which the transcript of a spoken turn comes, its words shared out among them. Default 1. */
  transcriptSpans: number;
  /** Whether an interim comes again after its span was frozen. Default false. */
  lateInterims: boolean;
  /** What becomes of speech over the agent with `can_interrupt: false`: it is not heard, or it interrupts all the same. Default `"drop-audio"`. */
  cannotInterrupt: "drop-audio" | "interrupt";
  /** What becomes of speech over an agent that may be interrupted: it interrupts, or it is taken for a noise, and nothing is said of it. Default `"interrupts"`. */
  speechOverAgent: "interrupts" | "ignored";
  /** How a missing, unknown or replaced key is refused: an HTTP status (400–599), or a close code (1000, 1008, 1011, 3000–4999) after the upgrade. Default 401. */
  rejectedKey: number;
  /** The same for a key whose time is over. Default 401. */
  expiredKey: number;
  /** What becomes of a conversation's keys when it gets a new one. Default `"refused"`. */
  oldKeys: "refused" | "valid";
  /** The field in which authorization answers the conversation's id. Default `"conversation_id"`; `"session_id"` is what servers did before September 2025. */
  conversationIdField: "conversation_id" | "session_id";
  /** Whether authorization answers the `config`. The agent keeps to it all the same. Default `"present"`. */
  config: "present" | "absent";
}

interface Setting<T> {
  readonly initial: T;
  readonly allows: (value: unknown) => boolean;
  /** What it may be, for an error message. */
  readonly allowed: string;
}

const refusal = {
  initial: 401,
  allows: isRefusal,
  allowed: "an HTTP status (400 to 599) or a close code (1000, 1008, 1011, 3000 to 4999)",
};

const settings: { readonly [Name in keyof ProtocolSettings]: Setting<ProtocolSettings[Name]> } = {
  turnStartTurnId: flag(true),
  turnIds: oneOf("plain", "prefixed"),
  turnEnd: flag(false),
  responseEnd: flag(true),
  responseText: oneOf("chunks", "full"),
  responseTextDeltas: flag(false),
  deltaIds: flag(true),
  userTurnStart: oneOf("speech-start", "first-transcript"),
  typedTurnStart: flag(false),
  firstDeltaCounter: wholeNumber(0, 0, 1_000_000),
  deltaCounterStep: wholeNumber(1, 1, 1000),
  deltaCounters: oneOf("number", "string"),
  transcriptSpans: wholeNumber(1, 1, 100),
  lateInterims: flag(false),
  cannotInterrupt: oneOf("drop-audio", "interrupt"),
  speechOverAgent: oneOf("interrupts", "ignored"),
  rejectedKey: refusal,
  expiredKey: refusal,
  oldKeys: oneOf("refused", "valid"),
  conversationIdField: oneOf("conversation_id", "session_id"),
  config: oneOf("present", "absent"),
};

/** Every setting in its documented form. */
export const documentedProtocol: ProtocolSettings = Object.freeze(
  Object.fromEntries(Object.entries(settings).map(([name, { initial }]) => [name, initial])),
) as unknown as ProtocolSettings;

/**
 * Checks settings that came from outside; `place` is what they are called there.
 * @throws {Error} at a setting that does not exist or cannot have this value.
 */
export function checkProtocol(given: unknown, place: string): Partial<ProtocolSettings> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Error(`${place} is ${show(given)}. It is an object of settings.`);
  checkNames(given, Object.keys(settings), `${place}.`);
  for (const [name, value] of Object.entries(given)) {
    const setting = settings[name as keyof ProtocolSettings];
    if (!setting.allows(value)) throw new Error(`${place}.${name} is ${show(value)}. It is ${setting.allowed}.`);
  }
  return given;
}

/**
 * Reads settings written as `name=value`; of two for the same name the later counts.
 * @throws {Error} as `checkProtocol`.
 */
export function readProtocol(pairs: readonly string[], place: string): Partial<ProtocolSettings> {
  const given = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`${place} is ${show(pair)}. Write name=value, such as turnEnd=true.`);
    return [pair.slice(0, at), readValue(pair.slice(at + 1))] as const;
  });
  return checkProtocol(Object.fromEntries(given), place);
}

function readValue(text: string): boolean | number | string {
  if (text === "true" || text === "false") return text === "true";
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function flag(initial: boolean): Setting<boolean> {
  return { initial, allows: (value) => typeof value === "boolean", allowed: "true or false" };
}

function oneOf<T extends string>(initial: T, other: T): Setting<T> {
  return {
    initial,
    allows: (value) => value === initial || value === other,
    allowed: `${show(initial)} or ${show(other)}`,
  };
}

function wholeNumber(initial: number, least: number, most: number): Setting<number> {
  return {
    initial,
    allows: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    allowed: `a whole number from ${least} to ${most}`,
  };
}

function isRefusal(value: unknown): boolean {
  if (!Number.isInteger(value)) return false;
  const code = Number(value);
  return (code >= 400 && code <= 599) || [1000, 1008, 1011].includes(code) || (code >= 3000 && code <= 4999);
}

function show(value: unknown): string {
  return value === undefined ? "undefined" : describeValue(value);
}
