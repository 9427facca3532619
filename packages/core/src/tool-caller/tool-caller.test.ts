import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import * as z from "zod";
import { createWorld, settle } from "../../test/world.js";
import type { Tools } from "../index.js";
import type { ToolCall, ToolOutcome } from "../protocol/tool-calls.js";
import { type CallableTools, createToolCaller } from "./tool-caller.js";

stopTime();

const pageTools = {
  showOrder: {
    input: z.object({ id: z.coerce.number() }),
    run: ({ id }: { id: number }) => ({ shown: id, at: new Date(0) }),
  },
  close: { input: z.null().optional(), run: () => {} },
};

/** A caller, and what it sent. */
function callerOf<T extends CallableTools>(options?: Parameters<typeof createToolCaller<T>>[0]) {
  const caller = createToolCaller<T>(options);
  const sent: ToolCall[] = [];
  const send = (content: { layercode_tool_call: ToolCall }) => void sent.push(content.layercode_tool_call);
  const answer = (outcome: ToolOutcome, id = sent[0]?.id) =>
    caller.receive({
      type: "data",
      session_id: "s",
      conversation_id: "c",
      turn_id: "t",
      data: { layercode_tool_result: { id, ...outcome } },
    });
  return { caller, sent, send, answer };
}

test("a call of the backend runs in the page, and its output comes back", async () => {
  const { createToolCaller } = await import("../server.js");
  const caller = createToolCaller<typeof pageTools>();
  const world = createWorld({ audioInput: false, tools: pageTools });
  await world.connect();
  const page = caller.tools((content) => world.says({ type: "response.data", turn_id: "a1", content }));
  const shown = page.showOrder({ id: "7" });
  const closed = page.close();
  await settle();
  const webhooks = world.socket.sent.flatMap(({ type, data }) =>
    type === "client.response.data" ? [{ type: "data", data }] : [],
  );
  expect(webhooks.map((body) => caller.receive(body))).toEqual([true, true]);
  expect([await shown, await closed]).toEqual([{ shown: 7, at: "1970-01-01T00:00:00.000Z" }, null]);
});

test.each<[wrong: object, says: string]>([
  [{ tool: {} }, 'createToolCaller() has no option "tool". Did you mean "tools"?'],
  [{ timeout: 1 }, 'has no option "timeout". Did you mean "timeoutMs"?'],
  [pageTools, 'has no option "showOrder". Pass tools, timeoutMs, and no others.'],
])("an option of another name is refused, for it would check no output: %j", (wrong, says) => {
  const make = () => createToolCaller(wrong);
  expect(make).toThrow(expect.objectContaining({ code: "invalid-option" }));
  expect(make).toThrow(says);
});

describe("a call", () => {
  test("rejects with what the page says went wrong", async () => {
    const { caller, send, answer } = callerOf<typeof pageTools>();
    const closing = caller.tools(send).close();
    await settle();
    expect(answer({ error: { code: "interrupted", message: "The user interrupted." } })).toBe(true);
    await expect(closing).rejects.toMatchObject({
      name: "ToolCallError",
      tool: "close",
      code: "interrupted",
      message: 'The tool "close" gave no output (interrupted). The user interrupted.',
    });
  });

  test("is over after its time; a result that comes then is taken, and is nobody's", async () => {
    const { caller, send, answer } = callerOf<typeof pageTools>({ timeoutMs: 100 });
    const closing = caller.tools(send).close();
    const rejected = expect(closing).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("within 100 ms"),
    });
    await settle();
    vi.advanceTimersByTime(100);
    await rejected;
    expect(answer({ output: 1 })).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    { message: JSON.parse('{"toString":null}'), code: "failed" },
    { code: JSON.parse('{"toString":null}'), message: "no" },
    { code: "__proto__", message: 7 },
    null,
    [],
    "no",
  ])("rejects as failed where the page's error is %j", async (error) => {
    const { caller, send, answer } = callerOf<typeof pageTools>();
    const closing = caller.tools(send).close();
    await settle();
    expect(answer({ error } as never)).toBe(true);
    await expect(closing).rejects.toMatchObject({ name: "ToolCallError", code: "failed" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("settles once: a second result changes nothing", async () => {
    const { caller, send, answer } = callerOf<typeof pageTools>();
    const closing = caller.tools(send).close();
    await settle();
    expect([answer({ output: null }), answer({ output: "again" })]).toEqual([true, true]);
    expect(await closing).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("may wait longer than a timer can count", async () => {
    const { caller, send, answer } = callerOf<typeof pageTools>({ timeoutMs: Infinity });
    const closing = caller.tools(send).close();
    await settle();
    vi.advanceTimersByTime(1000);
    answer({ output: null });
    expect(await closing).toBeNull();
  });

  test("is given up by its signal, before and while it waits", async () => {
    const { caller, sent, send } = callerOf<typeof pageTools>();
    const request = new AbortController();
    const page = caller.tools(send, { signal: request.signal });
    const closing = page.close();
    const rejected = expect(closing).rejects.toMatchObject({ code: "aborted" });
    await settle();
    request.abort();
    await rejected;
    await expect(page.close()).rejects.toMatchObject({ code: "aborted" });
    expect([sent.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test("that cannot be sent rejects, whether send() throws or its promise rejects", async () => {
    const { caller } = callerOf<typeof pageTools>();
    const closed = new Error("The stream is closed.");
    const throws = () => {
      throw closed;
    };
    for (const send of [throws, () => Promise.reject(closed)])
      await expect(caller.tools(send).close()).rejects.toMatchObject({ code: "failed", cause: closed });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is checked by the schema of its output, where there is one", async () => {
    const tools = { pick: { input: z.null(), output: z.coerce.number() } };
    const { caller, sent, send, answer } = callerOf({ tools });
    const page = caller.tools(send);
    expectTypeOf(page.pick).returns.resolves.toBeNumber();
    const right = page.pick(null);
    const wrong = page.pick(null);
    const rejected = expect(wrong).rejects.toMatchObject({ code: "invalid-output" });
    await settle();
    answer({ output: "7" }, sent[0]?.id);
    answer({ output: {} }, sent[1]?.id);
    expect(await right).toBe(7);
    await rejected;
  });
});

test("what is no result is left to the app, whatever it is", () => {
  const { caller } = callerOf();
  const bodies = [
    null,
    undefined,
    1,
    "data",
    [],
    {},
    { data: null },
    { data: { page: 1 } },
    { data: { layercode_tool_result: { id: 1 } } },
  ];
  for (const body of bodies) expect(caller.receive(body)).toBe(false);
});

test("a promise may bring the tools", async () => {
  const { caller, send, sent } = callerOf<typeof pageTools>();
  expect(await Promise.resolve(caller.tools(send))).toBeTypeOf("object");
  expect(sent).toEqual([]);
});

test.each([
  ["without schemas", undefined],
  ["with schemas", { showOrder: { input: z.object({ id: z.number() }) } }],
])("a logger, or a test, that looks at the tools calls none: %s", async (_, tools) => {
  const { caller, send, sent } = callerOf(tools && { tools });
  const page = caller.tools(send);
  expect(JSON.stringify({ page })).toBe('{"page":{}}');
  expect(`${page} ${page.constructor.name}`).toBe("[object Object] Object");
  expect(page).toEqual({});
  await settle();
  expect([sent, vi.getTimerCount()]).toEqual([[], 0]);
  expect(page.showOrder).toBeTypeOf("function");
});

// Checked by tsc, never called.
export function types() {
  const page = createToolCaller<typeof pageTools>().tools(() => {});
  expectTypeOf(page.showOrder).returns.resolves.toEqualTypeOf<{ shown: number; at: string }>();
  expectTypeOf(page.close).toBeCallableWith();
  expectTypeOf(page.close).returns.resolves.toBeNull();
  // @ts-expect-error: there is no such tool.
  page.hideOrder();
  // @ts-expect-error: an input is asked for.
  page.showOrder();
  // @ts-expect-error: the input has no such field.
  page.showOrder({ id: 7, number: 7 });
  // A map of schemas does as well; without an output's schema nobody knows what comes.
  const byMap = createToolCaller({ tools: { pick: { input: z.string() } } }).tools(() => {});
  expectTypeOf(byMap.pick).parameters.toEqualTypeOf<[input: string]>();
  expectTypeOf(byMap.pick).returns.resolves.toBeUnknown();
  expectTypeOf(pageTools).toExtend<Tools<{ showOrder: { id: number }; close: null | undefined }>>();
}
