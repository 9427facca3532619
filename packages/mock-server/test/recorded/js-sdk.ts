import { bytesToPcm, concatenate } from "../../src/pcm.js";
import file from "./js-sdk-2.8.10.json" with { type: "json" };

/** What Layercode's own client wrote; the file says how it was recorded. */
export const recorded: Readonly<Record<"automatic" | "pushToTalk", RecordedSession>> = file.sessions;

export interface RecordedSession {
  agent_id: string;
  /** The body that it posted to the authorize endpoint. */
  request: Record<string, unknown>;
  /** Text frames, in order. */
  frames: string[];
}

/** "Can you hear me just as well?": PCM16, 8000 Hz. */
export function recordedSpeech(): Int16Array {
  const pieces = recorded.automatic.frames.flatMap((frame) => {
    const { type, content } = JSON.parse(frame) as { type: string; content?: string };
    return type === "client.audio" ? [bytesToPcm(Buffer.from(content ?? "", "base64"))] : [];
  });
  return concatenate(pieces);
}
