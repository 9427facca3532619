import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import { clientMessages, type MessageCase, serverMessages } from "../../test/messages.js";
import { parseClientMessage } from "./client-fields.js";
import type { ClientMessage } from "./client-messages.js";
import { parseServerMessage } from "./codec.js";
import { clientMessageSchemas, serverMessageSchemas } from "./schemas.js";
import type { ServerMessage, ServerMessageOf } from "./server-messages.js";

type Outputs<S extends Record<string, z.ZodMiniType>> = { [T in keyof S]: z.output<S[T]> };
type ByType<M extends { type: string }> = { [T in M["type"]]: Extract<M, { type: T }> };

test("the schemas give the types of the messages", () => {
  expectTypeOf<Outputs<typeof serverMessageSchemas>>().toEqualTypeOf<ByType<ServerMessage>>();
  expectTypeOf<Outputs<typeof clientMessageSchemas>>().branded.toEqualTypeOf<ByType<ClientMessage>>();
  expectTypeOf<ServerMessageOf<"turn.start">>().toEqualTypeOf<{
    type: "turn.start";
    role: "user" | "assistant";
    turn_id?: string;
    event_id?: string;
  }>();
  expectTypeOf<ServerMessageOf<"user.transcript.delta">>().toEqualTypeOf<{
    type: "user.transcript.delta";
    content: string;
    delta_counter: number;
    turn_id: string;
    event_id?: string;
  }>();
});

type Reading = { message: unknown } | { faults: string[] };

/** What a frame is to the reader, or which fields are at fault. */
function read(parse: typeof parseServerMessage | typeof parseClientMessage, text: string): Reading {
  const result = parse(text);
  if (result.ok) return { message: withoutProto(result.message) };
  return { faults: [...result.error.message.matchAll(/"(\w+)" is /g)].map(([, field]) => `${field}`).sort() };
}

/** The same by the schema of its type, with the rules that are the reader's own: `null`, unknown fields, unknown types. */
function readBySchema(schemas: Record<string, z.ZodMiniObject>, text: string): Reading {
  const raw = JSON.parse(text);
  const schema = Object.hasOwn(schemas, raw.type) ? schemas[raw.type]! : null;
  if (!schema) return { message: withoutProto({ type: "unknown", raw }) };
  const isOptional = (field: string) =>
    Object.hasOwn(schema.shape, field) && schema.shape[field]!._zod.optin === "optional";
  const fields = Object.fromEntries(
    Object.entries(raw).filter(([field, value]) => field !== "__proto__" && !(value === null && isOptional(field))),
  );
  const result = schema.safeParse(fields);
  if (result.success) return { message: withoutProto({ ...fields, ...result.data }) };
  return { faults: result.error.issues.map(({ path }) => String(path[0])).sort() };
}

// zod leaves fields of this name out of any object within; the reader leaves alone what is within.
function withoutProto(message: object): unknown {
  return JSON.parse(JSON.stringify(message), (field, value) => (field === "__proto__" ? undefined : value));
}

const values = fc.oneof(
  fc.constantFrom("user", "assistant", "completed", "vad_start", "7", "07", "1e3", "", 0, 6, -1, 1.5, 1e15, null),
  fc.jsonValue(),
);
const fields = fc.oneof(
  fc.constantFrom("role", "content", "turn_id", "delta_id", "delta_counter", "event_id", "data", "event", "reason"),
  fc.constantFrom("last_delta_id_played", "__proto__", "constructor"),
  fc.string(),
);

/** Right frames, nearly right ones (a field is missing, something else, or one too many), and what has a type at least. */
function framesOf(cases: readonly MessageCase<string>[]): fc.Arbitrary<string> {
  const right = fc.constantFrom(...cases).chain(({ message, optional = [] }) =>
    fc
      .subarray(optional)
      .map((absent) => Object.entries(message).filter(([field]) => !absent.includes(field)))
      .map((entries): object => Object.fromEntries(entries)),
  );
  const nearlyRight = fc
    .tuple(right, fields, fc.option(values, { nil: undefined }))
    .map(([message, field, value]) => Object.defineProperty({ ...message }, field, { value, enumerable: true }));
  const types = [...cases.map(({ message }) => message.type), "speech.new", "constructor"];
  const typed = fc
    .tuple(fc.dictionary(fields, values), fc.constantFrom(...types))
    .map(([rest, type]) => ({ ...rest, type }));
  return fc.oneof(right, nearlyRight, typed).map((frame) => JSON.stringify(frame));
}

test.each([
  ["server", parseServerMessage, serverMessageSchemas, Object.values(serverMessages)],
  ["client", parseClientMessage, clientMessageSchemas, Object.values(clientMessages)],
] as const)(
  "a %s frame is to its schema what it is to the reader",
  (_, parse, schemas, cases) => {
    fc.assert(
      fc.property(framesOf(cases), (text) => {
        expect(read(parse, text)).toEqual(readBySchema(schemas, text));
      }),
      { numRuns: process.env.LONG ? 5000 : 1000 },
    );
  },
  60_000,
);
