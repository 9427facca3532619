import type { StandardSchemaV1 } from "@layercode/core";
import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";
import Tool from "../test/fixtures/Tool.svelte";
import { mounted } from "../test/mounted.js";
import { createWorld } from "../test/world.js";
import { useDataMessage, useLayercodeAgent, useTool } from "./index.js";

const anything: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };

test("a tool and a listener are there while their component is, and read its state when they are called", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  const seen: unknown[] = [];
  const page = mounted(Tool, { agent, anything, seen });
  const answered = () => vi.waitFor(() => expect(world.toolResults.at(-1)?.id).toBe(last));
  let last = "c1";
  world.callsTool("multiply", 3, last);
  await answered();
  world.says({ type: "response.data", turn_id: "a1", content: 5 });
  flushSync();
  expect(page.text("p")).toBe("5");
  last = "c2";
  world.callsTool("multiply", 3, last);
  await answered();
  await page.destroy();
  world.says({ type: "response.data", turn_id: "a1", content: 6 });
  last = "c3";
  world.callsTool("multiply", 3, last);
  await answered();
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual([6, 15, "unknown-tool"]);
  expect(seen).toEqual([5]);
});

test("outside of a component they count at once, until their undo", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  const seen: unknown[] = [];
  let answer = "first";
  const undo = [
    useTool("which", () => ({ input: anything, run: () => answer }), agent),
    useDataMessage(({ content }) => seen.push(content), agent),
  ];
  for (const id of ["c1", "c2", "c3"]) {
    world.callsTool("which", null, id);
    await vi.waitFor(() => expect(world.toolResults.at(-1)?.id).toBe(id));
    world.says({ type: "response.data", turn_id: "a1", content: id });
    answer = "second";
    if (id === "c2") for (const stop of undo) stop();
  }
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual([
    "first",
    "second",
    "unknown-tool",
  ]);
  expect(seen).toEqual(["c1", "c2"]);
});
