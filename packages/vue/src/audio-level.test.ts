import { expect, onTestFinished, test, vi } from "vitest";
import { effectScope, h, KeepAlive, nextTick, ref } from "vue";
import { mounted } from "../test/mounted.js";
import { createWorld, type World } from "../test/world.js";
import { AudioVisualizer, type LayercodeAgent, useAudioLevel, useLayercodeAgent } from "./index.js";

/** A connected agent, and animation frames that come when the test says so. */
async function setup(): Promise<{ world: World; agent: LayercodeAgent; frames: Frames }> {
  const world = createWorld();
  const scope = effectScope();
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  onTestFinished(() => scope.stop());
  await world.connect(agent);
  return { world, agent, frames: stubFrames() };
}

interface Frames {
  readonly pending: number;
  pass(): void;
}

function stubFrames(): Frames {
  const requests = new Map<number, () => void>();
  let last = 0;
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => {
    requests.set(++last, callback);
    return last;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => requests.delete(id));
  onTestFinished(() => void vi.unstubAllGlobals());
  return {
    get pending() {
      return requests.size;
    },
    pass() {
      const due = [...requests.values()];
      requests.clear();
      for (const callback of due) callback();
    },
  };
}

test("useAudioLevel tells the level without rendering, while it is on the page", async () => {
  const { world, agent, frames } = await setup();
  const levels: number[] = [];
  const isShown = ref(true);
  let renders = 0;
  const meter = {
    setup() {
      useAudioLevel((level) => levels.push(level), { source: "user", agent });
      return () => h("i", ++renders);
    },
  };
  const { unmount } = mounted(() => h(KeepAlive, () => (isShown.value ? h(meter) : h("b"))));
  world.microphone.loudness = 0.5;
  frames.pass();
  expect(levels.at(-1)).toBe(0.5);

  isShown.value = false;
  await nextTick();
  expect(frames.pending).toBe(0);
  isShown.value = true;
  await nextTick();
  expect(frames.pending).toBe(1);
  expect(renders).toBe(1);
  unmount();
  expect(frames.pending).toBe(0);
});

test("useAudioLevel runs in an effect scope outside of components", async () => {
  const { agent, frames } = await setup();
  const scope = effectScope();
  scope.run(() => useAudioLevel(() => {}, { agent }));
  expect(frames.pending).toBe(1);
  scope.stop();
  expect(frames.pending).toBe(0);
});

test("AudioVisualizer draws on a canvas without rendering, and follows its props", async () => {
  const { world, agent, frames } = await setup();
  const source = ref<"agent" | "user">("agent");
  const { target, unmount } = mounted(() => h(AudioVisualizer, { agent, source: source.value, class: "meter" }));
  const canvas = target.querySelector("canvas")!;
  expect(canvas.className).toBe("meter");
  expect(canvas.getAttribute("aria-label")).toBe("Loudness of the agent");
  frames.pass();
  expect(world.microphone.measurements).toBe(0);

  source.value = "user";
  await nextTick();
  frames.pass();
  expect(world.microphone.measurements).toBeGreaterThan(0);
  expect(canvas.getAttribute("aria-label")).toBe("Loudness of your microphone");
  expect(target.querySelector("canvas")).toBe(canvas);
  unmount();
  expect(frames.pending).toBe(0);
});
