import Type from "typebox";
import { Compile } from "typebox/compile";

const base = { event_id: Type.Optional(Type.String()) };
const ofTurn = { ...base, turn_id: Type.String() };
const role = Type.Union([Type.Literal("user"), Type.Literal("assistant")]);
const turn = { ...base, role, turn_id: Type.Optional(Type.String()) };
const text = { ...ofTurn, content: Type.String() };
const digits = Type.String({ pattern: "^\\d{1,15}$" });
const span = { ...text, delta_counter: Type.Union([Type.Integer({ minimum: 0 }), digits]) };

// One compiled check a type, found by name: a union would try them one after the other.
const messages = new Map(
  Object.entries({
    "turn.start": turn,
    "turn.end": turn,
    "response.audio": { ...text, delta_id: Type.Optional(Type.String()) },
    "response.text": text,
    "response.text.delta": text,
    "response.data": { ...ofTurn, content: Type.Unknown() },
    "response.end": ofTurn,
    "user.transcript.interim_delta": span,
    "user.transcript.delta": span,
    "user.transcript": text,
  }).map(([type, fields]) => [type, Compile(Type.Object(fields))]),
);

/** Compiled code; it only checks: a counter that is a string stays one. */
export function read(text: string) {
  const message = JSON.parse(text);
  return { ok: messages.get(message.type)?.Check(message) ?? false, message };
}
