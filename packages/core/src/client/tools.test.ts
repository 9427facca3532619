import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { createWorld, settle } from "../../test/world.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import type { StandardSchemaV1 } from "../standard-schema.js";

stopTime();

const anything = z.unknown();

/** A connected client with these tools. */
async function connectedWith(tools: LayercodeClientOptions["tools"], more: Partial<LayercodeClientOptions> = {}) {
  const errors: string[] = [];
  const data: unknown[] = [];
  const world = createWorld({
    ...(tools && { tools }),
    audioInput: false,
    onError: ({ code, message }) => errors.push(`${code}: ${message}`),
    onDataMessage: ({ content }) => data.push(content),
    ...more,
  });
  await world.connect();
  return Object.assign(world, {
    errors,
    data,
    results: () => world.toolResults,
    async calls(...call: Parameters<typeof world.callsTool>): Promise<void> {
      world.callsTool(...call);
      await settle();
    },
  });
}

/** A tool that never ends by itself, and what became of its signals. */
function endless() {
  const signals: AbortSignal[] = [];
  const run = (_: unknown, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<never>(() => {});
  };
  return { input: anything, run, signals };
}

describe("a tool call", () => {
  test("runs the tool with what its schema makes of the input, and is answered with the output; it is no data", async () => {
    const run = vi.fn(async ({ id }: { id: number }) => ({ shown: id, at: new Date(0) }));
    const scene = await connectedWith({ showOrder: { input: z.object({ id: z.coerce.number() }), run } });
    await scene.calls("showOrder", { id: "7", more: true });
    expect(run).toHaveBeenCalledExactlyOnceWith({ id: 7 }, { signal: expect.any(AbortSignal) });
    expect(scene.results()).toEqual([{ id: "c1", output: { shown: 7, at: "1970-01-01T00:00:00.000Z" } }]);
    expect([scene.data, scene.errors]).toEqual([[], []]);
    expect(vi.getTimerCount()).toBe(1);
  });

  test("of a tool that returns nothing brings null", async () => {
    const scene = await connectedWith({ close: { input: anything, run: () => {} } });
    await scene.calls("close");
    expect(scene.results()).toEqual([{ id: "c1", output: null }]);
  });

  test("with an async schema is taken as well", async () => {
    const input = z.string().refine(async (text) => text.length > 1);
    const scene = await connectedWith({ say: { input, run: (text) => text } });
    await scene.calls("say", "hello", "c1");
    await scene.calls("say", "h", "c2");
    expect(scene.results()).toEqual([
      { id: "c1", output: "hello" },
      { id: "c2", error: { code: "invalid-input", message: "The input does not fit: Invalid input." } },
    ]);
  });

  test.each<[string, NonNullable<LayercodeClientOptions["tools"]>, unknown, { code: string; message: RegExp }]>([
    ["of an unknown name", {}, null, { code: "unknown-tool", message: /^There is no such tool. There are: none\./ }],
    [
      "whose input does not fit",
      { move: { input: z.object({ to: z.object({ x: z.number() }) }), run: () => 1 } },
      { to: { x: "left" } },
      { code: "invalid-input", message: /^The input does not fit: to\.x: .*expected number/ },
    ],
    [
      "whose schema throws",
      { move: { input: anything.transform(() => Object(undefined).a.b), run: () => 1 } },
      1,
      { code: "failed", message: /undefined/ },
    ],
    [
      "whose tool throws",
      {
        move: {
          input: anything,
          run: () => {
            throw new Error("No such order.");
          },
        },
      },
      1,
      { code: "failed", message: /^No such order\.$/ },
    ],
    [
      "whose tool rejects with no error",
      { move: { input: anything, run: () => Promise.reject("no") } },
      1,
      { code: "failed", message: /^no$/ },
    ],
    [
      "whose output is a circle",
      { move: { input: anything, run: () => circle } },
      1,
      { code: "failed", message: /no circles/ },
    ],
    [
      "whose output is a function",
      { move: { input: anything, run: () => () => 1 } },
      1,
      { code: "failed", message: /a value/ },
    ],
  ])("%s is answered with an error, and the app is told once", async (_, tools, input, { code, message }) => {
    const scene = await connectedWith(tools);
    await scene.calls("move", input);
    expect(scene.results()).toEqual([{ id: "c1", error: { code, message: expect.stringMatching(message) } }]);
    expect(scene.errors).toEqual([expect.stringMatching(/^tool-failed: The tool "move" failed\. /)]);
    expect(scene.client.status).toBe("connected");
  });

  test("comes to a client without tools, too: its backend does not wait in vain", async () => {
    const scene = await connectedWith(undefined);
    await scene.calls("move");
    expect(scene.results()).toMatchObject([{ id: "c1", error: { code: "unknown-tool" } }]);
    expect(scene.data).toEqual([]);
  });

  test("without an id or a name is data as any other", async () => {
    const scene = await connectedWith({ move: { input: anything, run: () => 1 } });
    const contents = [{ layercode_tool_call: { name: "move" } }, { layercode_tool_call: { id: "c1" } }, null, "c1"];
    for (const content of contents) scene.says({ type: "response.data", turn_id: "a1", content });
    await settle();
    expect([scene.data, scene.results()]).toEqual([contents, []]);
  });

  test("that takes too long is aborted and answered once, whatever the tool says then", async () => {
    const input = anything;
    const scene = await connectedWith(
      {
        slow: { input, run: () => new Promise((resolve) => setTimeout(resolve, 30_500, "late")) },
        // A tool that throws what its signal says has no second error.
        obedient: {
          input,
          timeout: 50,
          run: (_, { signal }) =>
            new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
        },
      },
      {},
    );
    await scene.calls("obedient", null, "c1");
    await scene.calls("slow", null, "c2");
    vi.advanceTimersByTime(50);
    await settle();
    expect(scene.results().map(({ id, error }) => [id, error?.code])).toEqual([["c1", "timeout"]]);
    vi.advanceTimersByTime(29_950);
    await settle();
    vi.advanceTimersByTime(1000);
    await settle();
    expect(scene.results().map(({ id, error }) => [id, error?.code])).toEqual([
      ["c1", "timeout"],
      ["c2", "timeout"],
    ]);
    expect(scene.errors).toHaveLength(2);
    expect(scene.errors[0]).toMatch('The tool "obedient" failed. It took longer than 50 ms.');
  });

  test("whose id came before is ignored: while it runs, when it is answered, and on the next connection", async () => {
    const run = vi.fn(() => 1);
    const scene = await connectedWith({ move: { input: anything, run } });
    scene.callsTool("move", 1, "c1");
    await scene.calls("move", 2, "c1");
    await scene.calls("move", 3, "c1");
    scene.socket.drop(1006);
    await scene.comesBack();
    await settle();
    await scene.calls("move", 4, "c1");
    expect(run).toHaveBeenCalledTimes(1);
    expect(scene.results()).toEqual([{ id: "c1", output: 1 }]);
    expect(scene.errors).toEqual([]);
  });

  test("goes to the tool that was added last, and to the one before when that is taken back", async () => {
    const scene = await connectedWith({ move: { input: anything, run: () => "of the options" } });
    const undo = scene.client.addTool("move", { input: anything, run: () => "added" });
    await scene.calls("move", null, "c1");
    undo();
    undo();
    await scene.calls("move", null, "c2");
    scene.client.setOptions({ ...scene.options, tools: { move: { input: anything, run: () => "set" } } });
    await scene.calls("move", null, "c3");
    expect(scene.results().map(({ output }) => output)).toEqual(["added", "of the options", "set"]);
  });
});

describe("a tool at work", () => {
  test.each<[string, (scene: Awaited<ReturnType<typeof connectedWith>>) => unknown]>([
    ["the user speaks", (scene) => scene.says({ type: "turn.start", role: "user", turn_id: "u1" })],
    ["the user types", (scene) => scene.client.sendClientResponseText("Stop.")],
    ["the user presses push-to-talk", (scene) => scene.client.triggerUserTurnStarted()],
  ])("is aborted when %s; that is no error of the app", async (_, interrupt) => {
    const [first, second] = [endless(), endless()];
    const scene = await connectedWith({ first, second });
    await scene.calls("first", null, "c1");
    await scene.calls("second", null, "c2");
    await interrupt(scene);
    await settle();
    const error = { code: "interrupted", message: "The user interrupted the agent before the tool was done." };
    expect(scene.results()).toEqual([
      { id: "c1", error },
      { id: "c2", error },
    ]);
    expect([...first.signals, ...second.signals].map(({ reason }) => reason.name)).toEqual([
      "AbortError",
      "AbortError",
    ]);
    expect(scene.errors).toEqual([]);
    await scene.client.disconnect();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("goes on when the agent's turn ends, when the agent speaks, and when the user may not interrupt", async () => {
    const move = endless();
    const scene = await connectedWith({ move });
    scene.answer = async () =>
      Response.json({
        client_session_key: "k",
        conversation_id: "c",
        config: { transcription: { can_interrupt: false } },
      });
    await scene.client.disconnect();
    await scene.connect();
    await scene.calls("move");
    scene.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    scene.says({ type: "response.end", turn_id: "a1" });
    scene.says({ type: "turn.start", role: "user", turn_id: "u1" });
    await settle();
    expect([move.signals.map(({ aborted }) => aborted), scene.results()]).toEqual([[false], []]);
  });

  test("goes on while the connection is lost; its result is written once, behind client.ready", async () => {
    let done = (_: string) => {};
    const scene = await connectedWith({
      ask: { input: anything, run: () => new Promise((resolve) => (done = resolve)) },
    });
    await scene.calls("ask");
    scene.socket.drop(1006);
    done("yes");
    await settle();
    expect(scene.results()).toEqual([]);
    await scene.comesBack();
    await settle();
    expect(scene.socket.sent).toEqual([
      { type: "client.ready" },
      { type: "client.response.data", data: { layercode_tool_result: { id: "c1", output: "yes" } } },
    ]);
    scene.socket.drop(1006);
    await scene.comesBack();
    await settle();
    expect(scene.results()).toHaveLength(1);
  });

  test.each(["disconnect", "dispose"] as const)("is aborted by %s(), and answers nothing", async (end) => {
    const move = endless();
    const scene = await connectedWith({ move });
    await scene.calls("move");
    await scene.client[end]();
    expect(move.signals.map(({ reason }) => reason.message)).toEqual(["The session ended before the tool was done."]);
    expect([scene.results(), scene.errors, vi.getTimerCount()]).toEqual([[], [], 0]);
  });

  test("of a session that ended answers nothing in the next, also where another conversation uses its id", async () => {
    const dones: ((output: string) => void)[] = [];
    const run = () => new Promise<string>((resolve) => dones.push(resolve));
    const scene = await connectedWith({ ask: { input: anything, run } });
    await scene.calls("ask");
    await scene.client.disconnect();
    scene.client.setOptions({ ...scene.options, conversationId: "lc_conv_2" });
    await scene.connect();
    await scene.calls("ask");
    dones[0]?.("of the first");
    await settle();
    expect(scene.results()).toEqual([]);
    dones[1]?.("of the second");
    await settle();
    expect(scene.results()).toEqual([{ id: "c1", output: "of the second" }]);
  });

  test("may call the client, and end it", async () => {
    const scene = await connectedWith({ leave: { input: anything, run: () => scene.client.disconnect() } });
    await scene.calls("leave");
    expect([scene.client.status, scene.results(), scene.errors]).toEqual(["disconnected", [], []]);
  });
});

describe("data of the backend", () => {
  const schema = z.object({ total: z.coerce.number() });
  const says = (scene: { says(message: object): void }, content: unknown) =>
    scene.says({ type: "response.data", turn_id: "a1", content });

  test("comes as the schema makes it; what does not fit is one error, and still comes, as it was, in its order", async () => {
    const log: unknown[] = [];
    const scene = await connectedWith(undefined, {
      data: schema,
      onDataMessage: ({ content, issues }) =>
        log.push(
          content,
          issues?.map(({ path }) => path),
        ),
      onError: (error) => log.push(error.code, error.message),
    });
    says(scene, { total: "7", more: 1 });
    says(scene, { total: {} });
    says(scene, { total: 8 });
    expect(log).toEqual([
      { total: 7 },
      undefined,
      "invalid-data",
      expect.stringMatching(/^The content of a "response\.data" does not fit the option "data": total: /),
      { total: {} },
      [["total"]],
      { total: 8 },
      undefined,
    ]);
    expect(scene.client.status).toBe("connected");
  });

  test("is refused an async schema, and one that throws: messages wait for nothing", async () => {
    for (const data of [schema.refine(async () => false), schema.refine(() => Object(undefined).a.b)]) {
      const scene = await connectedWith(undefined, { data });
      says(scene, { total: 1 });
      await settle();
      expect(scene.errors).toEqual([expect.stringMatching(/^invalid-data: .*(async|undefined)/)]);
      expect(scene.data).toEqual([{ total: 1 }]);
      await scene.client.dispose();
    }
  });

  test("is checked by the schema of now; a tool call by its tool's alone", async () => {
    const scene = await connectedWith({ move: { input: anything, run: () => 1 } }, { data: schema });
    await scene.calls("move");
    scene.client.setOptions({ ...scene.options, data: z.string() });
    says(scene, "text");
    expect([scene.errors, scene.data, scene.results()]).toEqual([[], ["text"], [{ id: "c1", output: 1 }]]);
  });
});

const throwing: StandardSchemaV1 = {
  "~standard": {
    version: 1,
    vendor: "own",
    validate() {
      throw new Error("No idea");
    },
  },
};

describe("data of the page", () => {
  const clientData = z.object({ cart: z.number().transform(String) });
  const sent = (scene: Awaited<ReturnType<typeof connectedWith>>) =>
    scene.socket.sent.filter(({ type }) => type === "client.response.data").map(({ data }) => data);

  test("leaves as the schema makes it; what does not fit is refused, told once, and nothing of it leaves", async () => {
    const scene = await connectedWith(undefined, { clientData });
    await scene.client.sendClientResponseData({ cart: 3 });
    const refused = scene.client.sendClientResponseData({ cart: "three" });
    await expect(refused).rejects.toMatchObject({
      code: "invalid-data",
      message: expect.stringMatching(/does not fit the option "clientData": cart: /),
    });
    expect([sent(scene), scene.errors]).toEqual([[{ cart: "3" }], [expect.stringMatching(/^invalid-data: /)]]);
    expect(scene.client.status).toBe("connected");
  });

  test.each([
    ["is async", clientData.refine(async () => true), /async/],
    ["throws", throwing, /"clientData": No idea/],
    ["makes of it what JSON cannot carry", z.object({}).transform(() => circle), /JSON cannot carry/],
  ])("is refused by a schema that %s", async (_, clientData, message) => {
    const scene = await connectedWith(undefined, { clientData });
    await expect(scene.client.sendClientResponseData({ cart: 1 })).rejects.toThrow(message);
    expect(sent(scene)).toEqual([]);
  });
});

const circle: Record<string, unknown> = {};
circle.self = circle;
