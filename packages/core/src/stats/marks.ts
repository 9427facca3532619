import type { Happening } from "../machine/happening.js";
import type { Model } from "../machine/model.js";
import type { ServerMessage } from "../protocol/server-messages.js";

/** Of a message of the server, what figures are made of. */
export interface MarkedMessage {
  readonly type: ServerMessage["type"];
  readonly role?: "user" | "assistant" | undefined;
  readonly turnId: string | undefined;
}

/** Something that happened, of which figures are made. */
export interface Mark {
  /** `audioClosed`: nothing more is heard of the speaker of a session that is over. */
  readonly what: Happening | MarkedMessage | { readonly type: "audioClosed" };
  /** When, in ms on the page's clock. */
  readonly now: number;
  /** When, in seconds on the audio clock, where there is one. */
  readonly audioTime: number | undefined;
  /** When the user's speech was heard last, in seconds on the audio clock, where somebody listens for it. */
  readonly spokenUntil: number | undefined;
  /** What is known since. */
  readonly model: Model;
  /** Whether the app is to be told how each turn went. */
  readonly isAwaited: boolean;
}

/** What is only counted, in a session. */
export interface Traffic {
  readonly sent: { messages: number; bytes: number };
  readonly received: { messages: number; bytes: number };
  /** Samples of the microphone: all, those at full scale, and those that the network had no room for. */
  readonly samples: { all: number; clipped: number; dropped: number };
  /** How old frames of the microphone were when they were written, in ms; the newest 500. */
  readonly frameAges: number[];
}
