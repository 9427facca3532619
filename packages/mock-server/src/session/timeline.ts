import type { ReceivedMessage, SentMessage } from "./messages.js";
import type { Recorded } from "./record.js";
import type { TimelineEntry } from "./timeline-entry.js";
import { timelineText } from "./timeline-text.js";

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
  // The sort is stable: within the same instant a received message stays ahead of what it caused.
  entries.sort((a, b) => a.ms - b.ms);
  if (closed) entries.push({ ms: closed.at - connectedAt, type: "closed", code: closed.code, reason: closed.reason });
  return { entries, toString: () => timelineText(entries) };
}
