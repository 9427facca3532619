import * as z from "zod/mini";
import type { ClientMessage } from "./client-messages.js";
import { type ParseResult, parseWith } from "./parse.js";

const base = { event_id: z.exactOptional(z.string()) };

/** Schemas of every client message by `type`, for servers, mocks and tools. */
export const clientMessageSchemas = {
  "client.ready": z.object({ ...base, type: z.literal("client.ready") }),
  "client.audio": z.object({ ...base, type: z.literal("client.audio"), content: z.string() }),
  vad_events: z.object({
    ...base,
    type: z.literal("vad_events"),
    event: z.enum(["vad_start", "vad_end", "vad_model_failed"]),
  }),
  "trigger.turn.start": z.object({ ...base, type: z.literal("trigger.turn.start"), role: z.literal("user") }),
  "trigger.turn.end": z.object({ ...base, type: z.literal("trigger.turn.end"), role: z.literal("user") }),
  "trigger.response.audio.replay_finished": z.object({
    ...base,
    type: z.literal("trigger.response.audio.replay_finished"),
    reason: z.literal("completed"),
    turn_id: z.exactOptional(z.string()),
    last_delta_id_played: z.exactOptional(z.string()),
  }),
  "client.response.text": z.object({ ...base, type: z.literal("client.response.text"), content: z.string() }),
  "client.response.data": z.object({
    ...base,
    type: z.literal("client.response.data"),
    data: z.record(z.string(), z.unknown()),
  }),
} satisfies { [T in ClientMessage["type"]]: z.ZodMiniType<Extract<ClientMessage, { type: T }>> };

/** Reads one frame a client wrote. Never throws: an unknown type comes back as `{ type: "unknown", raw }`. */
export function parseClientMessage(text: string): ParseResult<ClientMessage> {
  return parseWith(clientMessageSchemas, text);
}
