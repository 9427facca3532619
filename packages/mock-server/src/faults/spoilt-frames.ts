const unreadable = [
  "",
  "{",
  "null",
  "[]",
  "no JSON",
  "\u0000",
  '{"type":1}',
  '{"type":"turn.start"}',
  '{"type":"response.audio"}',
  '{"type":"response.text","content":{"a":1}}',
  '{"type":"user.transcript.delta","turn_id":"x","content":"x","delta_counter":"x"}',
];

/** A frame that no client can read: one of many kinds, or the first half of `frame`. `choice` is in [0, 1). */
export function malformedFrame(frame: string, choice: number): string {
  return unreadable[Math.floor(choice * (unreadable.length + 1))] ?? frame.slice(0, frame.length / 2);
}

/** A frame of a type that no client knows. `choice` is in [0, 1). */
export function unknownFrame(choice: number): string {
  return JSON.stringify({ type: `mock.unknown_${Math.floor(choice * 1000)}`, content: { any: ["thing", null] } });
}
