import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { LayercodeAgentOptions } from "./bindings.js";
import {
  type DiagnoseOptions,
  LayercodeClient,
  type LayercodeClientOptions,
  type ListOptions,
  type MuteOptions,
  type ObservedDataMessage,
  type ReconnectOptions,
  type RecordingOptions,
  type StandardSchemaV1,
} from "./index.js";
import type { AuthorizeHandlerOptions, CallableTools, ToolCallerOptions } from "./server.js";

// The type check is the test; nothing of it runs.

const required = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };
const order = z.object({ total: z.number(), placed: z.string().transform((text) => new Date(text)) });
type Order = { total: number; placed: Date };

test("a schema of the data types who is told of it", () => {});

export function neverCalled() {
  const client = new LayercodeClient({
    ...required,
    onDataMessage(message) {
      expectTypeOf(message).toEqualTypeOf<ObservedDataMessage<Order>>();
      expectTypeOf(message.content.placed).toEqualTypeOf<Date>();
      // @ts-expect-error: the schema knows no such field.
      message.content.price;
    },
    data: order,
  });
  expectTypeOf(client).toExtend<LayercodeClient>();
  client.on("data", ({ content }) => expectTypeOf(content).toEqualTypeOf<Order>());
  // @ts-expect-error: the schema says otherwise.
  client.on("data", ({ content }: { content: { total: string } }) => content);
  // @ts-expect-error: the schema says otherwise.
  new LayercodeClient({ ...required, data: order, onDataMessage: ({ content }: { content: string }) => content });
  // @ts-expect-error: no schema.
  new LayercodeClient({ ...required, data: { total: "number" } });

  // Without one, data is any, and a handler may name its own type.
  const plain = new LayercodeClient({
    ...required,
    onDataMessage: (m: { content: { page: number } }) => m.content.page,
  });
  expectTypeOf(plain).toEqualTypeOf<LayercodeClient>();
  new LayercodeClient({ ...required, onDataMessage: ({ content }) => expectTypeOf(content).toBeAny() });

  // What the page sends goes into the schema; its output is the schema's own affair.
  const sending = new LayercodeClient({ ...required, clientData: order });
  void sending.sendClientResponseData({ total: 1, placed: "2026-11-29" });
  // @ts-expect-error: the schema asks for text.
  void sending.sendClientResponseData({ total: 1, placed: new Date() });
  expectTypeOf(sending).toExtend<LayercodeClient>();
  expectTypeOf(plain.sendClientResponseData).parameter(0).toBeAny();

  new LayercodeClient({
    ...required,
    tools: {
      showOrder: {
        description: "Shows an order.",
        input: z.object({ id: z.string(), zoom: z.coerce.number().default(1) }),
        run(input, { signal }) {
          expectTypeOf(input).toEqualTypeOf<{ id: string; zoom: number }>();
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
          return { shown: input.id };
        },
      },
      close: { input: {} as StandardSchemaV1<unknown, null>, run: async (input) => expectTypeOf(input).toBeNull() },
    },
  });
  // @ts-expect-error: the schema's output has no such field.
  new LayercodeClient({ ...required, tools: { a: { input: z.object({ id: z.string() }), run: ({ no }) => no } } });
  // @ts-expect-error: without a schema nobody has checked the input.
  new LayercodeClient({ ...required, tools: { a: { run: () => 1 } } });
  // @ts-expect-error: a tool runs.
  new LayercodeClient({ ...required, tools: { a: { input: z.string() } } });
  // @ts-expect-error: milliseconds.
  new LayercodeClient({ ...required, toolTimeout: "30s" });

  const undo = client.addTool("zoom", { input: z.number(), run: (by) => expectTypeOf(by).toBeNumber() });
  expectTypeOf(undo).toEqualTypeOf<() => void>();
  // @ts-expect-error: the input is a number.
  client.addTool("zoom", { input: z.number(), run: (by: string) => by });

  // Options that are spread beside a schema: as they were written. Annotated, their onDataMessage may be any function.
  const spread = { ...required, onError: () => {}, url: "/ws" } satisfies LayercodeClientOptions;
  new LayercodeClient({ ...spread, data: order, onDataMessage: ({ content }) => content.placed });

  // What may be absent may be undefined, as values of the environment are (the compiler's exactOptionalPropertyTypes).
  type AnyUndefined<T> = { [Name in keyof T]: T[Name] | undefined };
  type MayBeUndefined<T> =
    AnyUndefined<T> extends T ? true : keyof { [N in keyof T as undefined extends T[N] ? never : N]: 1 };
  type Optional<T> = Omit<T, "agentId" | "authorizeSessionEndpoint">;
  expectTypeOf<MayBeUndefined<Optional<LayercodeClientOptions>>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<Optional<LayercodeAgentOptions>>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<ReconnectOptions>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<RecordingOptions>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<DiagnoseOptions>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<Omit<MuteOptions, "timeStamp">>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<ListOptions>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<ToolCallerOptions<CallableTools>>>().toEqualTypeOf<true>();
  expectTypeOf<MayBeUndefined<Omit<AuthorizeHandlerOptions, "allowedAgents">>>().toEqualTypeOf<true>();
  const maybe = required.agentId as string | undefined;
  new LayercodeClient({ ...required, url: maybe, conversationId: maybe, onError: undefined, reconnect: undefined });
  // @ts-expect-error: without an agent nobody talks.
  new LayercodeClient({ ...required, agentId: maybe });
  void client.connect({ signal: undefined });

  const options: LayercodeClientOptions = {
    ...required,
    data: order,
    tools: { a: { input: z.string(), run: () => 1 } },
  };
  client.setOptions({ ...required, data: order });
  return options;
}
