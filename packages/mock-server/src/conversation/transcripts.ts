import type { ServerMessage } from "@layercode/core/protocol";
import { seconds } from "../duration-text.js";

/** What stands for words that nobody recognised. */
export function measurement(durationMs: number): string {
  return durationMs === 0 ? "(nothing was heard)" : `(${seconds(durationMs)} of speech)`;
}

/** The interim transcript while the user is still speaking. */
export function speakingTranscript(turnId: string, counter: number, spokenMs: number): ServerMessage {
  return {
    type: "user.transcript.interim_delta",
    turn_id: turnId,
    delta_counter: counter,
    content: `(${seconds(spokenMs)} of speech …)`,
  };
}

/** What follows the end of a spoken turn: an interim of half the words, the frozen span, the whole turn. */
export function finalTranscripts(turnId: string, counter: number, text: string): ServerMessage[] {
  const words = text.split(" ");
  const half = words.slice(0, Math.ceil(words.length / 2)).join(" ");
  const span = { turn_id: turnId, delta_counter: counter };
  return [
    { type: "user.transcript.interim_delta", ...span, content: half },
    { type: "user.transcript.delta", ...span, content: text },
    { type: "user.transcript", turn_id: turnId, content: text },
  ];
}
