import type { StandardSchemaV1 } from "@layercode/core";
import { expect, test } from "vitest";
import { acting, render } from "../test/rendered.js";
import { createWorld } from "../test/world.js";
import {
  LayercodeProvider,
  type UseLayercodeAgentReturn,
  useDataMessage,
  useLayercodeAgent,
  useTool,
} from "./index.js";

const anything: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };

/** A connected agent above `children`, in StrictMode, and how often it rendered. */
async function connectedAround(world: ReturnType<typeof createWorld>, Child: (props: { n: number }) => null) {
  let agent!: UseLayercodeAgentReturn;
  const App = ({ n }: { n: number }) => {
    agent = useLayercodeAgent(world.options);
    return <LayercodeProvider agent={agent}>{n > 0 && <Child n={n} />}</LayercodeProvider>;
  };
  const rendered = await render(<App n={1} />, { strict: true });
  await acting(() => world.connect(agent));
  return { show: (n: number) => rendered.render(<App n={n} />) };
}

test("a tool is there while its component is mounted, once, and runs what was rendered last", async () => {
  const world = createWorld();
  let renders = 0;
  const { show } = await connectedAround(world, ({ n }) => {
    renders++;
    useTool("count", { input: anything, run: (input) => [input, n] });
    return null;
  });
  const rendersBefore = renders;
  await acting(() => world.callsTool("count", "a", "c1"));
  expect(renders).toBe(rendersBefore);
  await show(2);
  await acting(() => world.callsTool("count", "b", "c2"));
  await show(0);
  await acting(() => world.callsTool("count", "c", "c3"));
  expect(world.toolResults).toEqual([
    { id: "c1", output: ["a", 1] },
    { id: "c2", output: ["b", 2] },
    { id: "c3", error: { code: "unknown-tool", message: expect.stringContaining("There are: none.") } },
  ]);
});

test("data comes to the latest callback, once, while its component is mounted", async () => {
  const world = createWorld();
  const seen: unknown[] = [];
  const { show } = await connectedAround(world, ({ n }) => {
    useDataMessage(({ content }) => seen.push([n, content]));
    return null;
  });
  const says = (content: unknown) => acting(() => world.says({ type: "response.data", turn_id: "a1", content }));
  await says("a");
  await show(2);
  await says("b");
  await show(0);
  await says("c");
  expect(seen).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
});
