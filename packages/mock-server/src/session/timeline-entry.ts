import { durationOf, microphoneRate, speakerRate } from "../pcm.js";
import type { ReceivedMessage, SentMessage } from "./messages.js";

/** One thing that happened on a connection, `ms` after it was opened. */
export type TimelineEntry = { readonly ms: number } & (
  | { readonly type: "received"; readonly message: ReceivedMessage }
  | { readonly type: "sent"; readonly message: SentMessage }
  | { readonly type: "fault"; readonly error: Error }
  | { readonly type: "closed"; readonly code: number; readonly reason: string }
);

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
