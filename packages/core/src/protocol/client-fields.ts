import type { ClientMessage } from "./client-messages.js";
import type { MessageTable } from "./fields.js";
import { type ParseResult, readerOf } from "./parse.js";

const base = { event_id: "string?" } as const;
const press = { ...base, role: ["user"] } as const;
const text = { ...base, content: "string" } as const;

/** The fields of every client message, for who reads them: the client itself does not. */
export const clientFields = {
  "client.ready": base,
  "client.audio": text,
  vad_events: { ...base, event: ["vad_start", "vad_end", "vad_model_failed"] },
  "trigger.turn.start": press,
  "trigger.turn.end": press,
  "trigger.response.audio.replay_finished": {
    ...base,
    reason: ["completed"],
    turn_id: "string?",
    last_delta_id_played: "string?",
  },
  "client.response.text": text,
  "client.response.data": { ...base, data: "any" },
} as const satisfies MessageTable & Record<ClientMessage["type"], unknown>;

/** Reads one frame a client wrote. Never throws: an unknown type comes back as `{ type: "unknown", raw }`. */
export const parseClientMessage: (text: string) => ParseResult<ClientMessage> = /* @__PURE__ */ readerOf(clientFields);
