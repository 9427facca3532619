import type { ToolOutcome } from "@layercode/core/protocol";
import type { FaultControl } from "../faults/faults.js";
import type { Utterance } from "../listening/ear.js";

/** One thing that was said in a conversation. */
export interface Line {
  role: "user" | "assistant";
  text: string;
}

/** What the user said aloud. */
export interface UserSpeech extends Utterance {
  /** What the user is taken to have said: from `transcribe`, or a measurement such as `"(2.3 seconds of speech)"`. */
  transcript: string;
}

/** The conversation a turn belongs to. */
export interface ConversationContext {
  readonly conversationId: string;
  readonly agentId: string;
  /** What the browser and its backend passed on at authorization. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether the conversation went on from an earlier connection. */
  readonly resumed: boolean;
  /** What was said on this connection so far, at most the last 100 lines. An interrupted reply is in it in full. */
  readonly history: readonly Line[];
  /** What goes wrong on this connection. */
  readonly faults: FaultControl;
}

/**
 * One turn of the agent. `turn.start` goes out with the first word or sound, `response.end` when the hook returns.
 * After an interruption `signal` is aborted and every method throws: a hook needs no checks of its own.
 */
export interface Turn {
  readonly turnId: string;
  readonly signal: AbortSignal;
  readonly conversation: ConversationContext;
  /** Writes the text and speaks it, sentence by sentence. Resolves when all of it is sent, which is sooner than it is heard. */
  say(text: string): Promise<void>;
  /** Writes text without speaking it. */
  text(text: string): void;
  /** Plays PCM16, mono, 16000 Hz. Resolves when all of it is sent. */
  audio(pcm: Int16Array): Promise<void>;
  /** Sends app data. It does not begin a turn of its own. */
  data(content: unknown): void;
  /**
   * Asks the page to run one of its tools, as a backend's `createToolCaller()` does. Resolves with what the page answers; with
   * the error `timeout` after 40 s. The answer does not reach `userData()`. Does not begin a turn of its own.
   */
  callTool(name: string, input?: unknown): Promise<ToolOutcome>;
}

/** How an agent behaves: every hook is optional, what has none is met with silence. */
export interface Scenario {
  /** The client is ready: the welcome. */
  start?(turn: Turn): void | Promise<void>;
  /** The words of an utterance, for its transcript. Takes the place of the server's `transcribe`; `null` leaves it to that. */
  transcribe?(speech: Utterance): string | null | Promise<string | null>;
  /** The user's spoken turn ended. */
  userSpoke?(turn: Turn, speech: UserSpeech): void | Promise<void>;
  /** The user sent a message. */
  userTyped?(turn: Turn, text: string): void | Promise<void>;
  /** The app sent data. A reply that is running goes on unless this hook says something. */
  userData?(turn: Turn, data: unknown): void | Promise<void>;
  /** The trigger of an agent whose `config` does not say otherwise. Default `"automatic"`. */
  readonly trigger?: "automatic" | "push_to_talk";
  /** Texts that will be said first: synthesised when the server starts, so that they are heard at once. */
  readonly prewarm?: readonly string[];
}
