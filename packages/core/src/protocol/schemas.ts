import * as z from "zod/mini";
import { clientFields } from "./client-fields.js";
import { type Field, fits, type MessageTable, wordsFor } from "./fields.js";
import { serverFields } from "./server-messages.js";

/** Schemas of every server message by `type`. They know no `null`: what reads frames drops it from optional fields. */
export const serverMessageSchemas = /* @__PURE__ */ schemasOf(serverFields);

/** Schemas of every client message by `type`. */
export const clientMessageSchemas = /* @__PURE__ */ schemasOf(clientFields);

type SchemasOf<T extends MessageTable> = {
  [K in keyof T & string]: z.ZodMiniObject<
    { type: z.ZodMiniLiteral<K> } & { -readonly [N in keyof T[K]]: SchemaOf<T[K][N]> }
  >;
};
type SchemaOf<F extends Field> = F extends keyof FieldSchemas ? FieldSchemas[F] : z.ZodMiniLiteral<F[number]>;
type FieldSchemas = ReturnType<typeof schemasOfFields>;

function schemasOf<T extends MessageTable>(table: T): SchemasOf<T> {
  const schemas = schemasOfFields();
  const shapes = Object.entries(table).map(([type, fields]) => {
    const shape = Object.entries({ type: [type], ...fields }).map(([name, field]) => [
      name,
      typeof field === "string" ? schemas[field] : z.literal(field),
    ]);
    return [type, z.object(Object.fromEntries(shape))];
  });
  return Object.fromEntries(shapes);
}

function schemasOfFields() {
  return {
    string: z.string(),
    "string?": z.exactOptional(z.string()),
    counter: z.pipe(
      z.custom<number | string>((value) => fits("counter", value), { error: wordsFor("counter") }),
      z.transform(Number),
    ),
    object: z.record(z.string(), z.unknown()),
    any: z.unknown(),
  };
}
