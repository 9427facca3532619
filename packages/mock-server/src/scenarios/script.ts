import type { ClientMessage } from "@layercode/core/protocol";
import type { Faults, Injection } from "../faults/faults.js";

/** A scenario as data: what the agent does, turn after turn. JSON, or an object of the same form. */
export interface Script {
  /** Of the agent's `config`, where that does not say otherwise. Default `"automatic"`. */
  trigger?: "automatic" | "push_to_talk";
  /** At least one. A turn that waits for nothing follows the one before it, the first follows `client.ready`. */
  turns: readonly ScriptTurn[];
  /** After the last turn go on with this one, 0 being the first. Default: silence. */
  repeatFrom?: number;
}

/**
 * One turn: it waits, it expects, it pauses; then things go wrong, it sends data, calls a tool,
 * sends messages, writes, and speaks, in this order.
 * In `text` and `say`, `{text}` is what the user said or typed, `{seconds}` how long that took,
 * and `{output}` what the tool returned, as JSON, or its error.
 */
export interface ScriptTurn {
  /** What must come first. What has come since the agent's last doing counts, but for audio. */
  waitFor?: Wanted;
  /** What should be so. What is not is a fault of the session, and the script goes on. */
  expect?: Expectation;
  /** The transcript of the speech that was waited for. Default: from `transcribe`, or a measurement. */
  transcript?: string;
  /** Thinking time, ms. A user who goes on meanwhile is waited for again. */
  pauseMs?: number;
  /** From now on this goes wrong with the connection, and nothing else: `{}` heals everything. */
  faults?: Faults;
  /** Frames out of turn: spoilt, or any text. */
  inject?: Injection | readonly Injection[];
  /** App data: any JSON, in a `response.data`. */
  data?: unknown;
  /** Asks the page to run one of its tools, and waits for the answer: `{output}` in `text` and `say`. */
  tool?: { readonly name: string; readonly input?: unknown };
  /** Messages to write as they are, of whatever type. */
  send?: RawMessage | readonly RawMessage[];
  /** Written, not spoken. */
  text?: string;
  /** Written and spoken. The turns up to the next that waits are left out when the user interrupts. */
  say?: string | readonly string[];
}

/** `"user"`: spoken or typed. A type: any message of that type. A message: one that has these fields. */
export type Wanted = "user" | "speech" | Exclude<ClientMessage["type"], "client.ready"> | RawMessage;

export interface RawMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What should be so of the thing that was waited for, and of the turn. */
export interface Expectation {
  /** It comes within this time, ms. When it does not, the script goes on without it. Default: for ever. */
  withinMs?: number;
  /** What the user said or typed contains this, whatever the case. */
  text?: string;
  /** How long the user spoke, ms. */
  spokenMs?: { min?: number; max?: number };
  /** Fields that the message has. */
  message?: Readonly<Record<string, unknown>>;
  /** Whether the user interrupts this turn. */
  interrupted?: boolean;
}
