import { LayercodeClient } from "@layercode/core";
import { flushSync, tick } from "svelte";
import { expect, test, vi } from "vitest";
import Agent from "../test/fixtures/Agent.svelte";
import Bounded from "../test/fixtures/Bounded.svelte";
import Counts from "../test/fixtures/Counts.svelte";
import Devices from "../test/fixtures/Devices.svelte";
import Level from "../test/fixtures/Level.svelte";
import { createSession } from "../test/fixtures/session.svelte.js";
import WhileUser from "../test/fixtures/WhileUser.svelte";
import { stubInputDevices } from "../test/input-devices.js";
import { mounted } from "../test/mounted.js";
import { createWorld, nothingHeld, turnOfTheLoop } from "../test/world.js";
import { type LayercodeAgent, type LayercodeAgentOptions, useLayercodeAgent } from "./index.js";

/** A component that has an agent, and the agent. */
function mountAgent(options: LayercodeAgentOptions) {
  let current = $state.raw(options);
  const agents: LayercodeAgent[] = [];
  const page = mounted(Agent, {
    get options() {
      return current;
    },
    take: (agent: LayercodeAgent) => agents.push(agent),
  });
  return { ...page, agent: agents[0]!, change: (next: LayercodeAgentOptions) => flushSync(() => (current = next)) };
}

test("shows the state as it changes", async () => {
  const world = createWorld();
  const { agent, text } = mountAgent(world.options);
  expect(text("output")).toBe("disconnected");
  await world.connect(agent);
  flushSync();
  expect(text("output")).toBe("connected");
});

test("stays gone, whatever connects again when its component ends, at once or later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const world = createWorld();
  const codes: string[] = [];
  const comeBack = () => void agent.connect().catch(({ code }) => codes.push(code));
  const { agent, destroy } = mountAgent({
    ...world.options,
    onDisconnect: () => {
      comeBack();
      setTimeout(comeBack, 1000);
    },
    onStatusChange: (status) => status === "disconnected" && comeBack(),
  });
  await world.connect(agent);
  await destroy();
  vi.advanceTimersByTime(60_000);
  await turnOfTheLoop();
  expect(codes).toEqual(["aborted", "aborted", "aborted"]);
  expect([world.held, world.sockets.length, vi.getTimerCount()]).toEqual([nothingHeld, 1, 0]);
  vi.useRealTimers();
});

test("calls the latest callback, and does not connect anew for it", async () => {
  const world = createWorld();
  const [first, second] = [vi.fn(), vi.fn()];
  const { agent, change } = mountAgent({ ...world.options, onMuteStateChange: first });
  await world.connect(agent);
  change({ ...world.options, onMuteStateChange: second });
  agent.mute();
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledExactlyOnceWith(true);
  expect(agent.status).toBe("connected");
  expect(world.requests).toHaveLength(1);
});

test("takes a changed agentId at the next connect", async () => {
  const world = createWorld();
  const { agent, change } = mountAgent(world.options);
  await world.connect(agent);
  change({ ...world.options, agentId: "ag-other" });
  expect(agent.status).toBe("connected");
  await agent.disconnect();
  await world.connect(agent);
  expect(world.requests.map(({ body }) => body.agent_id)).toEqual(["ag-123456", "ag-other"]);
});

test("takes a changed audioInput at once", async () => {
  const world = createWorld();
  const { agent, change, text } = mountAgent(world.options);
  await world.connect(agent);
  change({ ...world.options, audioInput: false });
  expect(agent.audioInput).toBe(false);
  expect(text("p")).toBe("microphone off");
  expect(world.held).toMatchObject({ sockets: 1, microphone: false });
});

test("follows one option of a $state object", async () => {
  const world = createWorld();
  const options = $state({ ...world.options, metadata: { page: 1 } });
  const agent = useLayercodeAgent(() => options);
  flushSync(() => (options.agentId = "ag-other"));
  await world.connect(agent);
  expect(world.requests[0]?.body).toMatchObject({ agent_id: "ag-other", metadata: { page: 1 } });
  await agent.dispose();
});

test("does not follow what a callback reads", async () => {
  const world = createWorld();
  const count = $state({ current: 0 });
  const read = vi.fn(() => ({
    ...world.options,
    audioInput: on,
    onAudioInputChanged: () => void count.current,
  }));
  let on = $state(true);
  const agent = useLayercodeAgent(read);
  flushSync(() => (on = false));
  expect(agent.audioInput).toBe(false);
  const reads = read.mock.calls.length;
  flushSync(() => count.current++);
  expect(read).toHaveBeenCalledTimes(reads);
  await agent.dispose();
});

test("its methods stay the same functions, and need no receiver", async () => {
  const world = createWorld();
  const { agent, change } = mountAgent(world.options);
  const { connect, mute, setAudioInput, client } = agent;
  await world.connect({ connect });
  change({ ...world.options, agentId: "ag-other" });
  expect([agent.connect, agent.mute, agent.setAudioInput, agent.client]).toEqual([
    connect,
    mute,
    setAudioInput,
    client,
  ]);
  mute();
  await setAudioInput((on) => !on);
  expect(agent).toMatchObject({ isMuted: true, audioInput: false });
});

test("a component destroyed while idle leaves nothing", async () => {
  const world = createWorld();
  const { agent, destroy } = mountAgent(world.options);
  await destroy();
  expect(agent.status).toBe("disconnected");
  expect(world.held).toEqual(nothingHeld);
});

test("a component destroyed while connecting gives everything back", async () => {
  const world = createWorld();
  world.microphone.permission = "prompt";
  const { agent, destroy } = mountAgent(world.options);
  const connecting = agent.connect();
  await world.untilSocket();
  await destroy();
  await expect(connecting).rejects.toMatchObject({ code: "aborted" });
  world.microphone.starts[0]!.opening.resolve();
  await turnOfTheLoop();
  expect(world.held).toEqual(nothingHeld);
});

test("a component destroyed while connected gives everything back, and follows no option any more", async () => {
  const world = createWorld();
  const { agent, destroy, change } = mountAgent(world.options);
  await world.connect(agent);
  expect(world.held).toEqual({ sockets: 1, microphone: true, speaker: true });
  await destroy();
  expect(agent.status).toBe("disconnected");
  await vi.waitFor(() => expect(world.held).toEqual(nothingHeld));
  change({ ...world.options, audioInput: false });
  expect(agent.audioInput).toBe(true);
});

test("a component mounted again has an agent of its own", async () => {
  const world = createWorld();
  const before = mountAgent(world.options);
  await world.connect(before.agent);
  await before.destroy();
  const after = mountAgent(world.options);
  expect(after.agent.client).not.toBe(before.agent.client);
  await world.connect(after.agent);
  expect(after.agent.status).toBe("connected");
  expect(before.agent.status).toBe("disconnected");
  expect(world.held.sockets).toBe(1);
});

test("a component destroyed because what its options are made of is gone reads them no more", async () => {
  let user = $state.raw<{ options: LayercodeAgentOptions } | null>({ options: createWorld().options });
  const { text } = mounted(WhileUser, {
    get user() {
      return user;
    },
  });
  expect(text("output")).toBe("disconnected");
  user = null;
  await tick();
  expect(text("output")).toBeUndefined();
});

test("a component that connects, and in which something throws before it is mounted, gives everything back", async () => {
  const world = createWorld();
  let connecting: Promise<void> | undefined;
  const { text } = mounted(Bounded, {
    options: world.options,
    take: (agent: LayercodeAgent) => (connecting = agent.connect()),
    fail() {
      throw new Error("No such name.");
    },
  });
  await expect(connecting).rejects.toMatchObject({ code: "aborted" });
  await vi.waitFor(() => expect(text("output")).toBe("failed"));
  expect(world.held).toEqual(nothingHeld);
});

test("an agent around the app's own client stays connected", async () => {
  const world = createWorld();
  const client = new LayercodeClient(world.options);
  const agent = useLayercodeAgent(client);
  expect(agent.client).toBe(client);
  await world.connect(client);
  expect(agent.status).toBe("connected");
  await agent.dispose();
  expect(client.status).toBe("connected");
  await client.disconnect();
});

test("options that make no sense are in `error` and reported to onError, until better ones come", async () => {
  const { options } = createWorld();
  const onError = vi.fn();
  let agentId = $state("");
  const agent = useLayercodeAgent(() => ({ ...options, agentId, onError }));
  expect(onError).toHaveBeenCalledExactlyOnceWith(agent.error);
  expect(agent.error?.message).toMatch(/"agentId"/);
  flushSync(() => (agentId = "ag-1"));
  expect(agent.error).toBeNull();
  expect(useLayercodeAgent(undefined as never).error?.message).toMatch(/"agentId" is missing/);
  await agent.dispose();
});

test("only what reads a field renders for it", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  const renders: Record<string, number> = {};
  const { text } = mounted(Counts, {
    agent,
    rendered: (part: string, shown: string) => {
      renders[part] = (renders[part] ?? 0) + 1;
      return shown;
    },
  });
  await world.connect(agent);
  flushSync();
  const connected = { ...renders };
  for (const content of ["Good ", "morning"]) {
    world.says({ type: "response.text.delta", turn_id: "t1", content });
    flushSync();
  }
  expect(text("#messages")).toBe("Good morning");
  expect(renders).toEqual({
    ...connected,
    messages: connected.messages! + 2,
    transcript: connected.transcript! + 2,
  });
  const talked = { ...renders };
  agent.mute();
  flushSync();
  expect(renders).toEqual({ ...talked, muted: talked.muted! + 1 });
  await agent.dispose();
});

test("measures the level only while an effect reads it, at most 10 times a second", async () => {
  const world = createWorld();
  const agent = useLayercodeAgent(world.options);
  await world.connect(agent);
  vi.useFakeTimers();
  try {
    const rendered = vi.fn();
    const props = $state({ agent, shown: false, rendered });
    mounted(Level, props);
    vi.advanceTimersByTime(1000);
    expect(world.microphone.measurements).toBe(0);

    flushSync(() => (props.shown = true));
    rendered.mockClear();
    for (let ms = 0; ms < 1000; ms += 10) {
      world.microphone.loudness = (ms + 1) / 1000;
      vi.advanceTimersByTime(10);
      flushSync();
    }
    expect(rendered.mock.calls.length).toBeGreaterThan(8);
    expect(rendered.mock.calls.length).toBeLessThanOrEqual(10);

    flushSync(() => (props.shown = false));
    await tick();
    const { measurements } = world.microphone;
    vi.advanceTimersByTime(1000);
    expect(world.microphone.measurements).toBe(measurements);
  } finally {
    vi.useRealTimers();
  }
  await agent.dispose();
});

test("lists microphones only while an effect reads them, in $derived too", async () => {
  const devices = stubInputDevices(["Headset"]);
  const agent = useLayercodeAgent(createWorld().options);
  const props = $state({ agent, shown: false });
  const { target } = mounted(Devices, props);
  expect(agent.availableInputDevices).toEqual([]);
  expect(devices.enumerations).toBe(0);
  flushSync(() => (props.shown = true));
  await vi.waitFor(() => expect(target.querySelector("li")?.textContent).toBe("Headset"));
  devices.change(["Headset", "Webcam"]);
  await vi.waitFor(() => expect(target.querySelectorAll("li")).toHaveLength(2));
  expect(devices.listeners).toBe(1);
  flushSync(() => (props.shown = false));
  await tick();
  expect(devices.listeners).toBe(0);
});

test("in a .svelte.ts module it is reactive, and ends with dispose()", async () => {
  const world = createWorld();
  const { agent, chosen, seen, stop } = createSession(world.options);
  flushSync();
  await world.connect(agent);
  flushSync(() => (chosen.audioInput = false));
  expect(agent.audioInput).toBe(false);
  expect(seen).toEqual(["disconnected", "connecting", "connected"]);
  stop();
  await agent.dispose();
  expect(world.held).toEqual(nothingHeld);
  flushSync(() => (chosen.audioInput = true));
  expect(agent.audioInput).toBe(false);
  await expect(agent.connect()).rejects.toMatchObject({ code: "aborted" });
});
