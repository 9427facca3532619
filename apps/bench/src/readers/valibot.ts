import * as v from "valibot";

const base = { event_id: v.optional(v.string()) };
const ofTurn = { ...base, turn_id: v.string() };
const role = v.picklist(["user", "assistant"]);
const turn = { ...base, role, turn_id: v.optional(v.string()) };
const text = { ...ofTurn, content: v.string() };
const digits = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const span = { ...text, delta_counter: v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), digits]) };

const message = v.variant("type", [
  v.object({ type: v.literal("turn.start"), ...turn }),
  v.object({ type: v.literal("turn.end"), ...turn }),
  v.object({ type: v.literal("response.audio"), ...text, delta_id: v.optional(v.string()) }),
  v.object({ type: v.literal("response.text"), ...text }),
  v.object({ type: v.literal("response.text.delta"), ...text }),
  v.object({ type: v.literal("response.data"), ...ofTurn, content: v.unknown() }),
  v.object({ type: v.literal("response.end"), ...ofTurn }),
  v.object({ type: v.literal("user.transcript.interim_delta"), ...span }),
  v.object({ type: v.literal("user.transcript.delta"), ...span }),
  v.object({ type: v.literal("user.transcript"), ...text }),
]);

export function read(text: string) {
  const { success, output } = v.safeParse(message, JSON.parse(text));
  return { ok: success, message: output };
}
