import type { MessageIn } from "./fields.js";

const base = { event_id: "string?" } as const;
const ofTurn = { ...base, turn_id: "string" } as const;
const turn = { ...base, role: ["user", "assistant"], turn_id: "string?" } as const;
const text = { ...ofTurn, content: "string" } as const;
const span = { ...text, delta_counter: "counter" } as const;

/** The fields of every server message. The content of audio is checked where it is decoded: not twice. */
export const serverFields = {
  "turn.start": turn,
  "turn.end": turn,
  "response.audio": { ...text, delta_id: "string?" },
  "response.text": text,
  "response.text.delta": text,
  "response.data": { ...ofTurn, content: "any" },
  "response.end": ofTurn,
  "user.transcript.interim_delta": span,
  "user.transcript.delta": span,
  "user.transcript": text,
} as const;

/** Everything a server is known to write. */
export type ServerMessage = MessageIn<typeof serverFields>;
/** One server message by its `type`. */
export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
