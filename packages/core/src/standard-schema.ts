/**
 * What zod, valibot, ArkType and others call a Standard Schema (https://standardschema.dev): whatever has `~standard`.
 * Written down here, so that none of them is a dependency.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** There for the type checker only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** Why a value does not fit a schema. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema made of a value at once, or why it does not fit; `cause` is what the schema threw. */
export type Checked =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[]; readonly cause?: unknown };

/** Asks a schema that has to answer at once: messages keep their order, and wait for nothing. Never throws. */
export function checked(schema: StandardSchemaV1, value: unknown): Checked {
  try {
    const result = schema["~standard"].validate(value);
    if (!("then" in result)) return result;
    // Nobody waits for it.
    result.catch(() => {});
    return { issues: [{ message: "the schema is async, and messages wait for nothing. Pass one that is not" }] };
  } catch (cause) {
    return { issues: [{ message: cause instanceof Error ? cause.message : String(cause) }], cause };
  }
}

/** The issues of a value as one sentence's middle: `items.0.price: expected a number; name: missing`. */
export function issuesText(issues: readonly SchemaIssue[]): string {
  const texts = issues.map(({ message, path = [] }) => {
    const place = path.map((segment) => String(typeof segment === "object" ? segment.key : segment)).join(".");
    return place ? `${place}: ${message}` : message;
  });
  return texts.join("; ").slice(0, 500);
}
