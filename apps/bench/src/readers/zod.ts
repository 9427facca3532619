import { z } from "zod";

const base = { event_id: z.string().optional() };
const ofTurn = { ...base, turn_id: z.string() };
const role = z.enum(["user", "assistant"]);
const turn = { ...base, role, turn_id: z.string().optional() };
const text = { ...ofTurn, content: z.string() };
const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const span = { ...text, delta_counter: z.union([z.int().nonnegative(), digits]) };

const message = z.discriminatedUnion("type", [
  z.object({ type: z.literal("turn.start"), ...turn }),
  z.object({ type: z.literal("turn.end"), ...turn }),
  z.object({ type: z.literal("response.audio"), ...text, delta_id: z.string().optional() }),
  z.object({ type: z.literal("response.text"), ...text }),
  z.object({ type: z.literal("response.text.delta"), ...text }),
  z.object({ type: z.literal("response.data"), ...ofTurn, content: z.unknown() }),
  z.object({ type: z.literal("response.end"), ...ofTurn }),
  z.object({ type: z.literal("user.transcript.interim_delta"), ...span }),
  z.object({ type: z.literal("user.transcript.delta"), ...span }),
  z.object({ type: z.literal("user.transcript"), ...text }),
]);

/** zod compiles code where the page lets it. */
export function read(text: string) {
  const { success, data } = message.safeParse(JSON.parse(text));
  return { ok: success, message: data };
}

/** What it does under a Content-Security-Policy without `unsafe-eval`. */
export function readWithoutEval(text: string) {
  const { success, data } = message.safeParse(JSON.parse(text), { jitless: true });
  return { ok: success, message: data };
}
