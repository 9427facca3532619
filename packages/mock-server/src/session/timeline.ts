import { durationOf, microphoneRate, speakerRate } from "../pcm.js";
import type { ReceivedMessage, SentMessage } from "./mock-session.js";
import type { Recorded } from "./record.js";
import { timelineText } from "./timeline-text.js";

/** One thing that happened on a connection, `ms` after it was opened. */
export type TimelineEntry = { readonly ms: number } & (
  | { readonly type: "received"; readonly message: ReceivedMessage }
  | { readonly type: "sent"; readonly message: SentMessage }
  | { readonly type: "fault"; readonly error: Error }
  | { readonly type: "closed"; readonly code: number; readonly reason: string }
);

/** What passed on a connection, both directions in the order of time. */
export interface Timeline {
  readonly entries: readonly TimelineEntry[];
  /** A line for each entry; neighbouring audio of one direction is one line. */
  toString(): string;
}

export interface TimelineParts {
  connectedAt: number;
  received: readonly Recorded<ReceivedMessage>[];
  sent: readonly Recorded<SentMessage>[];
  faults: readonly { at: number; error: Error }[];
  closed: { at: number; code: number; reason: string } | null;
}

/** Puts together what was recorded. */
export function createTimeline({ connectedAt, received, sent, faults, closed }: TimelineParts): Timeline {
  const entries: TimelineEntry[] = [
    ...received.map(({ at, message }) => ({ ms: at - connectedAt, type: "received" as const, message })),
    ...sent.map(({ at, message }) => ({ ms: at - connectedAt, type: "sent" as const, message })),
    ...faults.map(({ at, error }) => ({ ms: at - connectedAt, type: "fault" as const, error })),
  ];
  // What was received stands before what it caused within the same instant: the sort is stable.
  entries.sort((a, b) => a.ms - b.ms);
  if (closed) entries.push({ ms: closed.at - connectedAt, type: "closed", code: closed.code, reason: closed.reason });
  return { entries, toString: () => timelineText(entries) };
}

/** How long the audio of an entry lasts, in ms; `null` for one without. Empty audio is audio. */
export function audioMsOf(entry: TimelineEntry): number | null {
  if (entry.type !== "received" && entry.type !== "sent") return null;
  const { type } = entry.message;
  const rate = type === "client.audio" ? microphoneRate : type === "response.audio" ? speakerRate : null;
  const content = "content" in entry.message ? entry.message.content : undefined;
  return rate !== null && typeof content === "string" ? audioDuration(content, rate) : null;
}

/** How long base64 PCM16 lasts, in ms. */
export function audioDuration(base64: string, rate: number): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return Math.max(0, durationOf(((base64.length * 3) / 4 - padding) / 2, rate));
}
