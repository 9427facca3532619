import { describe, expect, onTestFinished, test } from "vitest";
import { computed, createApp, defineComponent, effectScope, h, KeepAlive, nextTick, ref, withDirectives } from "vue";
import { mounted } from "../test/mounted.js";
import { createWorld, settle, type World } from "../test/world.js";
import {
  type LayercodeAgent,
  type PushToTalkBinding,
  provideLayercode,
  useLayercodeAgent,
  usePushToTalk,
  vPushToTalk,
} from "./index.js";

const start = "trigger.turn.start";
const end = "trigger.turn.end";

/** An agent of a scope around everything, connected. */
async function connectedAgent(): Promise<{ world: World; agent: LayercodeAgent }> {
  const world = createWorld({ pushToTalk: true });
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  await world.connect(agent);
  return { world, agent };
}

/** A button by `usePushToTalk`, below what provides the agent. */
const composed = defineComponent({
  props: { hotkey: String },
  setup(props) {
    const { button, isEnabled, isPressed } = usePushToTalk({ key: () => props.hotkey });
    return () => isEnabled.value && h("button", button.value, isPressed.value ? "Listening" : "Hold to talk");
  },
});

/** A button by the directive. */
const directed = defineComponent({
  props: { hotkey: String },
  setup(props) {
    const binding = computed<PushToTalkBinding>(() => (props.hotkey ? { key: props.hotkey } : undefined));
    return () => withDirectives(h("button", { type: "button" }), [[vPushToTalk, binding.value]]);
  },
});

describe.each([
  ["usePushToTalk", composed],
  ["v-push-to-talk", directed],
])("%s", (_name, button) => {
  async function setup() {
    const { world, agent } = await connectedAgent();
    const isThere = ref(true);
    const isShown = ref(true);
    const hotkey = ref<string | undefined>();
    const page = defineComponent({
      setup: () => () => (isThere.value ? h(button, hotkey.value ? { hotkey: hotkey.value } : {}) : null),
    });
    const { target, unmount } = mounted({
      setup() {
        provideLayercode(agent);
        return () => h(KeepAlive, () => (isShown.value ? h(page) : h("i")));
      },
    });
    await nextTick();
    const element = target.querySelector("button")!;
    const press = () => element.dispatchEvent(pointer("pointerdown"));
    return { world, agent, element, press, isThere, isShown, hotkey, unmount, target };
  }

  test("is held by the pointer", async () => {
    const { world, press } = await setup();
    press();
    await settle();
    window.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(world.turns).toEqual([start, end]);
  });

  test("an element that goes while held ends the turn", async () => {
    const { world, press, isThere } = await setup();
    press();
    isThere.value = false;
    await settle();
    expect(world.turns).toEqual([start, end]);
  });

  test("a component that is kept alive lets go, and can be held again", async () => {
    const { world, press, isShown } = await setup();
    press();
    isShown.value = false;
    await settle();
    expect(world.turns).toEqual([start, end]);
    press();
    await settle();
    expect(world.turns).toEqual([start, end]);

    isShown.value = true;
    await nextTick();
    press();
    await settle();
    expect(world.turns).toEqual([start, end, start]);
  });

  test("in a slot of a component that is kept alive, its hotkey presses nothing while that is put aside", async () => {
    const { world, agent } = await connectedAgent();
    const isShown = ref(true);
    const kept = defineComponent(
      (_, { slots }) =>
        () =>
          h("section", slots.default?.()),
    );
    mounted({
      setup() {
        const { button: composedButton } = usePushToTalk({ agent, key: "F2" });
        const withDirective = () => withDirectives(h("button"), [[vPushToTalk, { agent, key: "F2" }]]);
        const content = () => (button === composed ? h("button", composedButton.value) : withDirective());
        return () => h(KeepAlive, () => (isShown.value ? h(kept, content) : h("i")));
      },
    });
    isShown.value = false;
    await nextTick();
    document.body.dispatchEvent(key("keydown", "F2"));
    await settle();
    expect(world.turns).toEqual([]);
    document.body.dispatchEvent(key("keyup", "F2"));
    isShown.value = true;
    await nextTick();
    document.body.dispatchEvent(key("keydown", "F2"));
    await settle();
    expect(world.turns).toEqual([start]);
  });

  test("unmounted, it listens no more", async () => {
    const { world, press, unmount, hotkey } = await setup();
    hotkey.value = "F2";
    await nextTick();
    unmount();
    press();
    document.body.dispatchEvent(key("keydown", "F2"));
    await settle();
    expect(world.turns).toEqual([]);
  });

  test("a hotkey that comes later is heard", async () => {
    const { world, hotkey } = await setup();
    hotkey.value = "F2";
    await nextTick();
    document.body.dispatchEvent(key("keydown", "F2"));
    await settle();
    document.body.dispatchEvent(key("keyup", "F2"));
    await settle();
    expect(world.turns).toEqual([start, end]);
  });
});

test("the button tells whether it is pressed", async () => {
  const { agent } = await connectedAgent();
  const { target } = mounted({
    setup() {
      const { button } = usePushToTalk({ agent });
      return () => h("button", button.value);
    },
  });
  const element = target.querySelector("button")!;
  expect(element.getAttribute("aria-pressed")).toBe("false");
  element.dispatchEvent(pointer("pointerdown"));
  await settle();
  expect(element.getAttribute("aria-pressed")).toBe("true");
  window.dispatchEvent(pointer("pointerup"));
  await settle();
  expect(element.getAttribute("aria-pressed")).toBe("false");
});

test("a button whose style changes is still held by touch", async () => {
  const { agent } = await connectedAgent();
  const style = ref("opacity: 1");
  const { target } = mounted(() => withDirectives(h("button", { style: style.value }), [[vPushToTalk, agent]]));
  style.value = "opacity: 0.5";
  await settle();
  expect(target.querySelector("button")!.style).toMatchObject({ opacity: "0.5", touchAction: "none" });
});

test("the directive follows the agent it is given", async () => {
  const [one, two] = [await connectedAgent(), await connectedAgent()];
  const agent = ref<"one" | "two">("one");
  const { target } = mounted(() =>
    withDirectives(h("button"), [[vPushToTalk, agent.value === "one" ? one.agent : { agent: two.agent }]]),
  );
  agent.value = "two";
  await nextTick();
  target.querySelector("button")!.dispatchEvent(pointer("pointerdown"));
  await settle();
  expect([one.world.turns, two.world.turns]).toEqual([[], [start]]);
});

test("without an agent, the directive says what is missing", () => {
  const errors: string[] = [];
  const page = { render: () => withDirectives(h("button"), [[vPushToTalk]]) };
  const app = createApp(page);
  app.config.errorHandler = (error) => errors.push(String(error));
  app.mount(document.createElement("main"));
  expect(errors).toEqual([expect.stringContaining("v-push-to-talk found no agent. Call provideLayercode()")]);
});

test("a hotkey that cannot be held reaches the app's error handler", async () => {
  const { agent } = await connectedAgent();
  const errors: string[] = [];
  const app = createApp({
    setup() {
      const { button } = usePushToTalk({ agent, key: "Control" });
      return () => h("button", button.value);
    },
  });
  app.config.errorHandler = (error) => errors.push(String(error));
  app.mount(document.createElement("main"));
  expect(errors).toEqual([expect.stringContaining('Option "key" is "Control". Pass')]);
});

function pointer(type: string): PointerEvent {
  return new PointerEvent(type, { bubbles: true, button: 0, pointerId: 1 });
}

function key(type: string, name: string): KeyboardEvent {
  return new KeyboardEvent(type, { bubbles: true, cancelable: true, key: name, code: name });
}
