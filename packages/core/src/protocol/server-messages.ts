import * as z from "zod/mini";

const base = { event_id: z.exactOptional(z.string()) };
const ofTurn = { ...base, turn_id: z.string() };

// Older servers write the counter as a string; parseServerMessage makes it a number.
const counter = z.custom<number>(
  (value) => (typeof value === "number" || typeof value === "string") && /^\d{1,15}$/.test(`${value}`),
  { error: "a whole number from 0 on, or its digits as a string" },
);
const role = z.literal(["user", "assistant"]);

/** Schemas of every server message by `type`. `null` in an optional field is dropped before they see it. */
export const serverMessageSchemas = {
  "turn.start": z.object({
    ...base,
    type: z.literal("turn.start"),
    role,
    turn_id: z.exactOptional(z.string()),
  }),
  "turn.end": z.object({
    ...base,
    type: z.literal("turn.end"),
    role,
    turn_id: z.exactOptional(z.string()),
  }),
  // The content is checked where it is decoded: a schema that scanned the base64 would do that work twice.
  "response.audio": z.object({
    ...ofTurn,
    type: z.literal("response.audio"),
    content: z.string(),
    delta_id: z.exactOptional(z.string()),
  }),
  "response.text": z.object({ ...ofTurn, type: z.literal("response.text"), content: z.string() }),
  "response.text.delta": z.object({ ...ofTurn, type: z.literal("response.text.delta"), content: z.string() }),
  "response.data": z.object({ ...ofTurn, type: z.literal("response.data"), content: z.unknown() }),
  "response.end": z.object({ ...ofTurn, type: z.literal("response.end") }),
  "user.transcript.interim_delta": z.object({
    ...ofTurn,
    type: z.literal("user.transcript.interim_delta"),
    content: z.string(),
    delta_counter: counter,
  }),
  "user.transcript.delta": z.object({
    ...ofTurn,
    type: z.literal("user.transcript.delta"),
    content: z.string(),
    delta_counter: counter,
  }),
  "user.transcript": z.object({ ...ofTurn, type: z.literal("user.transcript"), content: z.string() }),
};

type Schemas = typeof serverMessageSchemas;

/** Everything a server is known to write. */
export type ServerMessage = { [T in keyof Schemas]: z.output<Schemas[T]> }[keyof Schemas];
/** One server message by its `type`. */
export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
