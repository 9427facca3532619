import { LayercodeClient } from "@layercode/core";
import { expect, test } from "vitest";
import { createApp, h } from "vue";
import { mounted, mountedSetup } from "../test/mounted.js";
import { createWorld, nothingHeld, until } from "../test/world.js";
import {
  createLayercode,
  injectLayercode,
  type LayercodeAgent,
  provideLayercode,
  useLayercodeAgent,
  useTranscript,
} from "./index.js";

/** A component that provides, and one below it that injects. */
function family(provideIt: () => LayercodeAgent) {
  const seen: { provided?: LayercodeAgent; injected?: LayercodeAgent; texts?: () => string[] } = {};
  const child = {
    setup() {
      seen.injected = injectLayercode();
      const transcript = useTranscript();
      seen.texts = () => transcript.value.map(({ text }) => text);
      return () => null;
    },
  };
  const parent = {
    setup() {
      seen.provided = provideIt();
      return () => h(child);
    },
  };
  return { ...mounted(parent), seen };
}

test("what a component provides, those below it inject", async () => {
  const world = createWorld();
  const { seen, unmount } = family(() => provideLayercode(world.options));
  expect(seen.injected).toBe(seen.provided);
  await world.connect(seen.provided!);
  world.server.text("assistant-1", "Hello");
  expect(seen.texts?.()).toEqual(["Hello"]);
  unmount();
  await until(() => world.held.sockets === 0);
  expect(world.held).toEqual(nothingHeld);
});

test("a client of the app's own is provided and not disconnected", async () => {
  const world = createWorld();
  const client = new LayercodeClient(world.options);
  const { seen, unmount } = family(() => provideLayercode(client));
  await world.connect(client);
  expect(seen.injected?.status.value).toBe("connected");
  unmount();
  expect(client.status).toBe("connected");
  await client.disconnect();
});

test("an agent that is there is provided as it is", () => {
  const world = createWorld();
  const { seen } = family(() => provideLayercode(useLayercodeAgent(world.options)));
  expect(seen.injected).toBe(seen.provided);
});

test("a plugin gives the whole app one agent, until the app unmounts", async () => {
  const world = createWorld();
  const { result: agent, unmount } = mountedSetup(() => injectLayercode(), {
    plugins: [createLayercode(() => world.options)],
  });
  await world.connect(agent);
  expect(agent.status.value).toBe("connected");
  unmount();
  await until(() => world.held.sockets === 0);
  expect(world.held).toEqual(nothingHeld);
});

test("without an agent a sentence names what is missing", () => {
  const words = /injectLayercode\(\) found no agent\. Call provideLayercode\(\)/;
  expect(() => injectLayercode()).toThrow(words);
  const app = createApp({ setup: () => void injectLayercode() });
  app.config.warnHandler = () => {};
  expect(() => app.mount(document.createElement("main"))).toThrow(words);
});
