import type { WireEntry } from "../page/wire-log.js";

const bytesPerMs = 16;

/** How much sound each of the microphone's messages holds, in ms: PCM16 at 8000 Hz as base64. */
export function frameLengths(messages: readonly WireEntry[]): number[] {
  return messages
    .filter(({ what, type }) => what === "up" && type === "client.audio")
    .map(({ text }) => Buffer.from(JSON.parse(text ?? "").content, "base64").length / bytesPerMs);
}
