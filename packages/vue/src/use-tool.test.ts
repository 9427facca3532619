import type { StandardSchemaV1 } from "@layercode/core";
import { expect, onTestFinished, test } from "vitest";
import { type EffectScope, effectScope, h, KeepAlive, nextTick, ref, shallowRef } from "vue";
import { mounted } from "../test/mounted.js";
import { createWorld, settle } from "../test/world.js";
import { type LayercodeAgent, provideLayercode, useDataMessage, useLayercodeAgent, useTool } from "./index.js";

const anything: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };

test("a tool and a listener are there while their component is on the page, and not put aside", async () => {
  const world = createWorld();
  const scope = effectScope();
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  onTestFinished(() => scope.stop());
  await world.connect(agent);
  const seen: unknown[] = [];
  const isShown = ref(true);
  const factor = ref(2);
  const part = {
    setup() {
      useTool("multiply", { input: anything, run: (input) => Number(input) * factor.value });
      useDataMessage(({ content }) => seen.push(content));
      return () => h("p");
    },
  };
  const page = mounted({
    setup() {
      provideLayercode(agent);
      return () => h(KeepAlive, () => (isShown.value ? h(part) : null));
    },
  });
  const happens = async (id: string) => {
    world.callsTool("multiply", 3, id);
    world.says({ type: "response.data", turn_id: "a1", content: id });
    await settle();
  };
  await happens("c1");
  factor.value = 4;
  await happens("c2");
  isShown.value = false;
  await nextTick();
  await happens("c3");
  isShown.value = true;
  await nextTick();
  await happens("c4");
  page.unmount();
  await happens("c5");
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual([
    6,
    12,
    "unknown-tool",
    12,
    "unknown-tool",
  ]);
  expect(seen).toEqual(["c1", "c2", "c4"]);
});

test("a tool in a ref is the present one; outside of a component it stays until the scope stops", async () => {
  const world = createWorld();
  const tool = shallowRef({ input: anything, run: (): string => "first" });
  const scope = effectScope();
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  onTestFinished(() => scope.stop());
  const tools = effectScope();
  tools.run(() => useTool("which", tool, agent));
  await world.connect(agent);
  world.callsTool("which", null, "c1");
  await settle();
  tool.value = { input: anything, run: () => "second" };
  world.callsTool("which", null, "c2");
  await settle();
  tools.stop();
  world.callsTool("which", null, "c3");
  await settle();
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual([
    "first",
    "second",
    "unknown-tool",
  ]);
});

test("a tool in a scope within a component is the component's", async () => {
  const world = createWorld();
  const isShown = ref(true);
  let agent: LayercodeAgent | undefined;
  const part = {
    setup() {
      const tool = { input: anything, run: () => "the part's" };
      effectScope().run(() => useTool("which", tool, agent));
      return () => h("p");
    },
  };
  mounted({
    setup() {
      agent = provideLayercode(world.options);
      return () => h(KeepAlive, () => (isShown.value ? h(part) : null));
    },
  });
  await world.connect(agent!);
  world.callsTool("which", null, "c1");
  await settle();
  isShown.value = false;
  await nextTick();
  world.callsTool("which", null, "c2");
  await settle();
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual(["the part's", "unknown-tool"]);
});

test("a store's tool, which the first of its components begins, outlasts that component", async () => {
  const world = createWorld();
  // As Pinia keeps a store: in a scope of its own, made in the component that needs it first.
  let store: EffectScope | undefined;
  onTestFinished(() => store?.stop());
  let agent: LayercodeAgent | undefined;
  const isShown = ref(true);
  const first = {
    setup() {
      store ??= effectScope(true);
      agent ??= store.run(() => {
        const own = useLayercodeAgent(world.options);
        useTool("which", { input: anything, run: () => "the store's" }, own);
        return own;
      });
      return () => h("p");
    },
  };
  const page = mounted(() => h(KeepAlive, () => (isShown.value ? h(first) : null)));
  await world.connect(agent!);
  isShown.value = false;
  await nextTick();
  world.callsTool("which", null, "c1");
  await settle();
  page.unmount();
  world.callsTool("which", null, "c2");
  await settle();
  expect(world.toolResults.map(({ output, error }) => output ?? error?.code)).toEqual(["the store's", "the store's"]);
});
