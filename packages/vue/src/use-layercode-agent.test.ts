import { expect, test, vi } from "vitest";
import {
  computed,
  defineComponent,
  effectScope,
  h,
  isRef,
  KeepAlive,
  nextTick,
  reactive,
  ref,
  shallowReactive,
  toRefs,
  watch,
  watchEffect,
} from "vue";
import { mounted, mountedSetup, mountedTemplate } from "../test/mounted.js";
import { createWorld, nothingHeld, settle, until } from "../test/world.js";
import {
  type LayercodeAgent,
  type LayercodeAgentOptions,
  provideLayercode,
  useLayercodeAgent,
  usePushToTalk,
  useTranscript,
} from "./index.js";

test("shows the state as it changes", async () => {
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  const statuses: string[] = [];
  const stop = watch(agent.status, (status) => statuses.push(status), { flush: "sync" });

  await world.connect(agent);
  expect(agent.conversationId.value).toBe("lc_conv_1");
  await agent.disconnect();
  expect(statuses).toEqual(["connecting", "connected", "disconnected"]);
  stop();
});

test("stays gone, whatever connects again when its component ends, at once or later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const world = createWorld();
  const codes: string[] = [];
  const comeBack = () => void agent.connect().catch(({ code }) => codes.push(code));
  const onDisconnect = () => {
    comeBack();
    setTimeout(comeBack, 1000);
  };
  const onStatusChange = (status: string) => status === "disconnected" && comeBack();
  const { result: agent, unmount } = mountedSetup(() => {
    const agent = useLayercodeAgent({ ...world.options, onDisconnect, onStatusChange });
    watch(agent.userAudioAmplitude, () => {});
    return agent;
  });
  await world.connect(agent);
  unmount();
  vi.advanceTimersByTime(60_000);
  await settle();
  expect(codes).toEqual(["aborted", "aborted", "aborted"]);
  expect([world.held, world.sockets.length, vi.getTimerCount()]).toEqual([nothingHeld, 1, 0]);
  vi.useRealTimers();
});

test("its refs refuse to be written", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { result: agent } = mountedSetup(() => useLayercodeAgent(createWorld().options));
  // @ts-expect-error: they are readonly
  agent.isMuted.value = true;
  expect(agent.isMuted.value).toBe(false);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("readonly"), expect.anything());
  warn.mockRestore();
});

test("calls the latest callback, and does not connect anew for it", async () => {
  const world = createWorld();
  const heard: string[] = [];
  const listener = ref("first");
  const options = computed(() => {
    const name = listener.value;
    return { ...world.options, onMuteStateChange: () => heard.push(name) };
  });
  const { result: agent } = mountedSetup(() => useLayercodeAgent(options));
  await world.connect(agent);

  agent.mute();
  listener.value = "second";
  await agent.unmute();
  expect(heard).toEqual(["first", "second"]);
  expect(world.requests).toHaveLength(1);
});

test("takes a changed agentId at the next connect, without waiting for a tick", async () => {
  const world = createWorld();
  const agentId = ref("ag-one");
  const { result: agent } = mountedSetup(() => useLayercodeAgent(() => ({ ...world.options, agentId: agentId.value })));
  await world.connect(agent);
  agentId.value = "ag-two";
  await nextTick();
  expect(agent.status.value).toBe("connected");

  await agent.disconnect();
  agentId.value = "ag-three";
  await world.connect(agent);
  expect(world.requests.map(({ body }) => body.agent_id)).toEqual(["ag-one", "ag-three"]);
});

test("takes a changed audioInput at once", async () => {
  const world = createWorld();
  const options = reactive({ ...world.options, audioInput: true });
  const { result: agent } = mountedSetup(() => useLayercodeAgent(options));
  await world.connect(agent);
  expect(world.microphone.live).toBe(true);

  options.audioInput = false;
  await until(() => !world.microphone.live);
  expect(agent.audioInput.value).toBe(false);
});

test("takes options that are refs, and what changes within reactive metadata", async () => {
  const world = createWorld();
  const agentId = ref("ag-one");
  const metadata = reactive({ user: { name: "Ada" } });
  const { result: agent } = mountedSetup(() => useLayercodeAgent({ ...world.options, agentId, metadata }));
  agentId.value = "ag-two";
  metadata.user.name = "Grace";
  await world.connect(agent);
  expect(world.requests).toMatchObject([{ body: { agent_id: "ag-two", metadata: { user: { name: "Grace" } } } }]);
});

test("takes refs within reactive metadata and tools by their values", async () => {
  const world = createWorld();
  const name = ref("Ada");
  const metadata = reactive({ name, visit: { page: computed(() => `/${name.value}`) } });
  const input = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  const tools = reactive({ zoom: computed(() => ({ input, run: () => name.value })) });
  const { result: agent } = mountedSetup(() => useLayercodeAgent({ ...world.options, metadata, tools }));
  expect(agent.error.value).toBe(null);
  name.value = "Grace";
  await world.connect(agent);
  expect(world.requests).toMatchObject([{ body: { metadata: { name: "Grace", visit: { page: "/Grace" } } } }]);
});

test("an effect that connects does not run again for what a callback reads", async () => {
  const world = createWorld();
  const statuses = ref<string[]>([]);
  const onStatusChange = (status: string) => {
    statuses.value = [...statuses.value, status];
  };
  const { result: agent } = mountedSetup(() => {
    const agent = useLayercodeAgent({ ...world.options, onStatusChange });
    watchEffect(() => void agent.connect());
    return agent;
  });
  await until(() => world.sockets.length === 1);
  await agent.disconnect();
  await settle();
  expect(statuses.value).toEqual(["connecting", "disconnected"]);
});

test("hands on the app's own objects out of a reactive one, not proxies of them", async () => {
  const world = createWorld();
  const options = shallowReactive({ ...world.options, audio: reactive(world.options.audio) });
  const { result: agent } = mountedSetup(() => useLayercodeAgent(options as unknown as LayercodeAgentOptions));
  await world.connect(agent);
  expect(world.microphone.live).toBe(true);
});

test("its methods stay the same functions, and need no receiver", async () => {
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  const { mute, setAudioInput, setAudioOutput } = agent;
  await world.connect(agent);
  mute();
  expect(agent.isMuted.value).toBe(true);
  await setAudioInput((previous) => !previous);
  await setAudioOutput(false);
  expect([agent.audioInput.value, agent.audioOutput.value]).toEqual([false, false]);
  expect(agent.mute).toBe(mute);
});

test("in reactive(), template and script read its fields by name, and whatever takes an agent takes it", async () => {
  const world = createWorld();
  const volume = ref(1);
  const { target, result } = mountedTemplate(
    `<p v-if="agent.error">{{ agent.error.message }}</p>
     <output>{{ agent.status }}</output>
     <ol><li v-for="message in agent.messages" :key="message.id">{{ message.text }}</li></ol>
     <MicrophoneSelect :agent="agent" /><AudioVisualizer :agent="agent" />
     <button v-push-to-talk="agent">{{ isPressed }}</button>`,
    () => {
      const agent = reactive(useLayercodeAgent(() => ({ ...world.options, volume: volume.value })));
      provideLayercode(agent);
      const { isPressed } = usePushToTalk({ agent });
      return { agent, isPressed, transcript: useTranscript(agent), refs: toRefs(agent) };
    },
  );
  const shown = (selector: string) => [...target.querySelectorAll(selector)].map(({ textContent }) => textContent);
  expect([shown("p"), shown("output"), shown("li")]).toEqual([[], ["disconnected"], []]);
  await world.connect(result.agent);
  world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
  world.socket.says({ type: "response.text", turn_id: "a1", content: "Hello." });
  await nextTick();
  expect([shown("output"), shown("li"), shown("select").length]).toEqual([["connected"], ["Hello."], 1]);
  expect([result.agent.status, result.refs.status.value, result.transcript.value.length]).toEqual([
    "connected",
    "connected",
    1,
  ]);
  volume.value = 80;
  await nextTick();
  expect(result.agent.error?.code).toBe("invalid-option");
  expect(shown("p")).toEqual([result.agent.error?.message]);
});

test("as it is, a template shows the fields that are taken out of it, and a script reads refs", async () => {
  const world = createWorld();
  const volume = ref(1);
  const { target, result } = mountedTemplate(`<p v-if="error">{{ error.message }}</p>{{ status }}`, () => {
    const agent = useLayercodeAgent(() => ({ ...world.options, volume: volume.value }));
    const { error, status } = agent;
    return { agent, error, status };
  });
  expect([target.textContent, isRef(result.agent.error)]).toEqual(["disconnected", true]);
  volume.value = 80;
  await nextTick();
  expect(target.textContent).toBe(`${result.agent.error.value?.message}disconnected`);
});

test("its client survives reactive()", async () => {
  const world = createWorld();
  const { result: agent } = mountedSetup(() => useLayercodeAgent(world.options));
  const store = reactive(agent);
  await world.connect(store);
  expect(store.client.getStream()).toBe(world.microphone.stream);
  expect(store.status).toBe("connected");
});

test("unmounted while idle, it leaves nothing", async () => {
  const world = createWorld();
  const { unmount } = mountedSetup(() => useLayercodeAgent(world.options));
  unmount();
  expect(world.held).toEqual(nothingHeld);
  expect(world.requests).toEqual([]);
});

test("unmounted while connecting, it gives everything back", async () => {
  const world = createWorld();
  world.microphone.permission = "prompt";
  const { result: agent, unmount } = mountedSetup(() => useLayercodeAgent(world.options));
  const connecting = agent.connect();
  await until(() => world.microphone.deviceIds.length === 1);
  unmount();
  await expect(connecting).rejects.toMatchObject({ code: "aborted" });
  world.microphone.starts[0]!.opening.resolve();
  await until(() => world.held.sockets === 0 && !world.held.speaker);
  expect(world.held).toEqual(nothingHeld);
});

test("unmounted while connected, it gives everything back and follows no option any more", async () => {
  const world = createWorld();
  const agentId = ref("ag-one");
  const { result: agent, unmount } = mountedSetup(() => useLayercodeAgent({ ...world.options, agentId }));
  await world.connect(agent);
  const setOptions = vi.spyOn(agent.client, "setOptions");
  unmount();
  agentId.value = "ag-two";
  await until(() => world.held.sockets === 0);
  expect(world.held).toEqual(nothingHeld);
  expect(setOptions).not.toHaveBeenCalled();
});

test("mounted again, it is another agent", async () => {
  const world = createWorld();
  const first = mountedSetup(() => useLayercodeAgent(world.options));
  await world.connect(first.result);
  first.unmount();
  const second = mountedSetup(() => useLayercodeAgent(world.options));
  expect(second.result.status.value).toBe("disconnected");
  await world.connect(second.result);
  expect(second.result.status.value).toBe("connected");
  expect(world.held.sockets).toBe(1);
});

test("kept alive, it goes on; unmounted for good, it ends", async () => {
  const world = createWorld();
  let agent: LayercodeAgent | undefined;
  const page = defineComponent(() => {
    agent = useLayercodeAgent(world.options);
    return () => h("p");
  });
  const isShown = ref(true);
  const { unmount } = mounted(() => h(KeepAlive, () => (isShown.value ? h(page) : h("b"))));
  await world.connect(agent!);
  isShown.value = false;
  await nextTick();
  expect(agent!.status.value).toBe("connected");
  world.server.text("assistant-1", "Still there?");
  expect(agent!.messages.value).toHaveLength(1);
  unmount();
  await until(() => world.held.sockets === 0);
  expect(world.held).toEqual(nothingHeld);
});

test("outside of a component it ends with its effect scope", async () => {
  const world = createWorld();
  const scope = effectScope();
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  await world.connect(agent);
  scope.stop();
  await until(() => world.held.sockets === 0);
  expect(world.held).toEqual(nothingHeld);
});

test("without any scope it is the caller's to end", async () => {
  const warn = vi.spyOn(console, "warn");
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  expect(agent.status.value).toBe("connected");
  await agent.disconnect();
  expect(world.held).toEqual(nothingHeld);
  expect(warn).not.toHaveBeenCalled();
});

test("options that make no sense are in `error` and reported to onError, not a white page, until better ones come", async () => {
  const agentId = ref("");
  const onError = vi.fn();
  const agent = useLayercodeAgent({ agentId, authorizeSessionEndpoint: "/api/authorize", onError });
  expect(onError).toHaveBeenCalledExactlyOnceWith(agent.error.value);
  expect(agent.error.value?.message).toContain('Option "agentId" is ""');
  await expect(agent.connect()).rejects.toMatchObject({ code: "invalid-option" });
  agentId.value = "ag-1";
  expect(agent.error.value).toBeNull();
  expect(useLayercodeAgent(undefined as never).error.value?.message).toContain('"agentId" is missing');
});
