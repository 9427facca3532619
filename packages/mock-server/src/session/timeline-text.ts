import { describeValue, printable } from "../matching.js";
import { audioMsOf, type TimelineEntry } from "./timeline-entry.js";

const arrows = { received: "←", sent: "→", fault: "!", closed: "×" } as const;

interface AudioRun {
  from: number;
  to: number;
  messages: number;
  audioMs: number;
  name: string;
  arrow: string;
}

/**
 * Writes a timeline as it happens. Audio of one direction is held back until something other than audio happens, and
 * then is one line: fifty a second would hide the rest.
 */
export class TimelineWriter {
  readonly #runs = new Map<string, AudioRun>();

  /** The lines that are complete now. */
  push(entry: TimelineEntry): string[] {
    const audioMs = audioMsOf(entry);
    if (audioMs === null) return [...this.flush(), line(entry.ms, arrows[entry.type], describeEntry(entry))];
    const name = entry.type === "received" || entry.type === "sent" ? entry.message.type : "";
    const run = this.#runs.get(entry.type);
    if (run) Object.assign(run, { to: entry.ms, messages: run.messages + 1, audioMs: run.audioMs + audioMs });
    else
      this.#runs.set(entry.type, {
        from: entry.ms,
        to: entry.ms,
        messages: 1,
        audioMs,
        name,
        arrow: arrows[entry.type],
      });
    return [];
  }

  /** What was held back. */
  flush(): string[] {
    const lines = [...this.#runs.values()].map(({ from, to, messages, audioMs, name, arrow }) =>
      line(from, arrow, `${name} × ${messages}, ${Math.round(audioMs)} ms of sound in ${Math.round(to - from)} ms`),
    );
    this.#runs.clear();
    return lines;
  }
}

/** A whole timeline as text. */
export function timelineText(entries: readonly TimelineEntry[]): string {
  const writer = new TimelineWriter();
  return [...entries.flatMap((entry) => writer.push(entry)), ...writer.flush()].join("\n");
}

function line(ms: number, arrow: string, text: string): string {
  return `${Math.round(ms).toString().padStart(7)} ms ${arrow} ${printable(text)}`;
}

function describeEntry(entry: TimelineEntry): string {
  switch (entry.type) {
    case "fault":
      return `a fault: ${entry.error.message}`;
    case "closed":
      return `closed with ${entry.code}${entry.reason && ` ${describeValue(entry.reason)}`}`;
    default:
      return describeMessage(entry.message);
  }
}

function describeMessage(message: { type: string }): string {
  const { type, turn_id, ...fields }: { type: string; turn_id?: unknown } =
    message.type === "unknown" && "raw" in message ? unknownFields(message.raw) : message;
  const told = Object.entries(fields).map(([field, value]) => `${field} ${describeValue(value)}`);
  if (turn_id !== undefined)
    told.push(`turn ${typeof turn_id === "string" ? shortId(turn_id) : describeValue(turn_id)}`);
  return told.length === 0 ? type : `${type}: ${told.join(", ")}`;
}

function unknownFields(raw: unknown): { type: string; [field: string]: unknown } {
  return typeof raw === "object" && raw !== null
    ? { ...raw, type: `unknown type ${describeValue("type" in raw ? raw.type : undefined)}` }
    : { type: "unknown" };
}

// Ids are long, and their beginning tells them apart.
function shortId(id: string): string {
  return id.match(/^(user-|assistant-)?[0-9a-f]{8}(?=-)/)?.[0] ?? id;
}
