import type { Happening } from "../machine/happening.js";
import type { Logger, LogOptions } from "../options/layercode-client-options.js";
import type { ParseResult } from "../protocol/parse.js";
import type { ServerMessage } from "../protocol/server-messages.js";

/** Something that happened, as far as it may be told; `time` in ms since the epoch. */
type LogRecord = Readonly<Record<string, unknown> & { time: number; type: string }>;

/** How many records are kept. */
const recordLimit = 500;
/** How many keys are looked for. A key opens one socket: those of connections long gone are nobody's secret. */
const keyLimit = 16;
/** Which records are of a level, the first that fits. */
const levels: [keyof Logger, RegExp][] = [
  ["error", /^error$/],
  [
    "warn",
    /^(playbackRanDry|audio:queue-full|unknownOption|unknownEvent|speakingTogether|detectorFailed|systemMuteLasts)$/,
  ],
  ["info", /^(status|authorized|socketClosed|channelOpened|channelFailed|deviceAnswered|disconnect)$/],
  ["debug", /./],
];
/** Events of the app that are records: each under its own name. */
const toldToApps = /^(error|disconnect|audio:queue-full)$/;
/** What another happening says as well, or what says nothing. */
const repetitions = /^(emit|settle|schedule|cancel|enqueue|playerFull)$/;
/** What of a message is looked at: what else somebody puts there, nobody knows. */
const ofMessage = /^(type|event|role|turn_id|delta_id|last_delta_id_played|content)$/;
/** Texts that are names or ids, of so many characters at most; of every other only the length is told. */
const names =
  /^(type|event|by|role|turn_id|delta_id|last_delta_id_played|channel|code|status|conversationId|messageId|turnId|deltaId|name|meant|muted)$/;
const nameLimit = 64;
/** What in an error's text a browser or a server may have left: a URL's query, a key. No word of ours is so long. */
const maybeSecret = /\?\S+|[\w+=-]{25,}/g;
/** What as long names a turn, a request or a conversation: by it somebody finds them. Text before it that says otherwise is `ofSecret`. */
const id = /^((user|assistant)-)?[\da-f]{8}(-[\da-f]{4,12}){4}$|^lc_conv_[\da-f]+$/i;
/** A word that calls what follows it a secret; or a slash, for an address of which nobody else is to know. */
const ofSecret = /(\/|(key|token|secret|password|bearer|authorization:).{0,40})$/is;
/** What was said. */
const texts = /^(content|text)$/;

/** A message, whoever wrote it. */
type Message = object & { type?: unknown; raw?: object; turn_id?: unknown };

/** Where what happens has more to tell. */
interface Details {
  frame?: ParseResult<ServerMessage>;
  message?: Message;
  pcm?: object | null;
  position?: object;
  payload?: object;
  clientSessionKey?: string;
}

// Imports no code: what it shared with the client would be a third file for every page to load.

/** What happened in a session, the newest of it: kept for an export, and told to the app's logger. No keys, no audio. */
export class SessionRecords {
  readonly all: LogRecord[] = [];
  readonly #keys: string[] = [];
  #speaking: unknown;

  /** What was said is never kept. Throws what the logger throws. */
  write(happening: Happening, time: number, to: LogOptions): void {
    const type = happening.type === "emit" && toldToApps.test(happening.event) ? happening.event : happening.type;
    if (happening.type === "unheard") return inDevelopment(to)?.error(`layercode: ${this.#says(happening.error)}`);
    if (repetitions.test(type)) return;
    const { frame, pcm, position, payload, clientSessionKey, message: written } = happening as Details;
    if (clientSessionKey) this.#keys.push(clientSessionKey);
    if (this.#keys.length > keyLimit) this.#keys.shift();
    const message: Message | undefined = written ?? (frame?.ok ? frame.message : undefined);
    if (pcm) {
      // Of a reply's hundred messages of audio the first, or nothing else would be left.
      if (this.#speaking === message?.turn_id) return;
      this.#speaking = message?.turn_id;
    }
    const told = (withTexts: boolean) => ({
      ...this.#told(Object.entries({ ...happening, ...position, ...payload }), withTexts),
      ...(message && { message: this.#told(fieldsOf(message), withTexts && !pcm) }),
      time,
      type,
    });
    this.all.push(told(false));
    if (this.all.length > recordLimit) this.all.shift();
    const rank = levels.findIndex(([, types]) => types.test(type));
    const level = levels[rank]?.[0];
    const { logger } = to;
    const text = `layercode: ${this.#explained(happening, payload) ?? type}`;
    if (logger && level && rank <= levels.findIndex(([name]) => name === to.logLevel))
      logger[level](text, told(to.logLevel === "debug"));
    else if (level === "warn") inDevelopment(to)?.warn(text);
  }

  /** What somebody who reads the log is to know, and do. */
  #explained(happening: Happening, payload: unknown): string | undefined {
    if (payload instanceof Error) return `error: ${this.#says(payload)}`;
    // Its text says what goes on without it.
    if (happening.type === "detectorFailed") return `detectorFailed: ${this.#says(happening.error)}`;
    if (happening.type === "speakingTogether")
      return "two agents of this page may talk at once. Where one is to speak, pass both `exclusive: true`, or end the first.";
    if (happening.type === "systemMuteLasts")
      return "the system has muted the microphone, as for a phone call: nothing of it is sent until it goes on.";
    if (happening.type !== "unknownOption" && happening.type !== "unknownEvent") return undefined;
    const { type, name, meant } = happening;
    const remedy = meant === undefined ? "Look for it in the README." : `Did you mean "${meant}"?`;
    return `${type}: there is no ${type === "unknownOption" ? "option" : "event"} "${name}". ${remedy}`;
  }

  #says(error: unknown): string {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const text = this.withoutKeys(String(message));
    const isId = (word: string, at: number) => id.test(word) && !ofSecret.test(text.slice(0, at));
    return `${code}: ${text.replace(maybeSecret, (found, at) => (isId(found, at) ? found : "…"))}`;
  }

  /** A text without the session's keys, should somebody have put one there. */
  withoutKeys(text: string): string {
    return this.#keys.reduce((clean, key) => clean.replaceAll(key, "…"), text);
  }

  #told(fields: readonly [string, unknown][], withTexts: boolean): Record<string, unknown> {
    const told: Record<string, unknown> = {};
    for (const [key, value] of fields) {
      const isText = texts.test(key);
      if (typeof value === "string") {
        const isTold = isText ? withTexts : names.test(key) && value.length <= nameLimit;
        told[key] = isTold ? this.withoutKeys(value) : `${value.length} characters`;
      } else if (typeof value !== "object" && !isText) told[key] = value;
    }
    return told;
  }
}

function fieldsOf(message: Message): [string, unknown][] {
  const { type, raw } = message;
  return Object.entries((type === "unknown" && raw) || message).filter(([name]) => ofMessage.test(name));
}

/**
 * The console of a development build, where the app has no logger of its own: there nothing may fail in silence
 * (docs/decisions/0008). Bundlers put the word in place of `process.env.NODE_ENV`; a page without one has no `process`.
 */
function inDevelopment({ logger }: LogOptions): Pick<Console, "error" | "warn"> | undefined {
  try {
    return logger || process.env.NODE_ENV !== "development" ? undefined : console;
  } catch {
    return undefined;
  }
}

declare const process: { env: { NODE_ENV?: string } };
