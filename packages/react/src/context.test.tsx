import { LayercodeClient } from "@layercode/core";
import type { AgentValues } from "@layercode/core/bindings";
import { Component, type ReactNode } from "react";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, nothingHeld, stubInputDevices } from "../test/world.js";
import {
  type AgentSource,
  AudioVisualizer,
  LayercodeProvider,
  MicrophoneSelect,
  SpeakerSelect,
  type StandardSchemaV1,
  useAudioLevel,
  useDataMessage,
  useLayercode,
  useLayercodeAgent,
  useLayercodeClient,
  usePushToTalk,
  useSpokenText,
  useStats,
  useTool,
  useTranscript,
} from "./index.js";

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

let client: LayercodeClient;
function Client() {
  client = useLayercodeClient();
  return null;
}

describe("LayercodeProvider", () => {
  test("makes an agent of its options, renders nothing for it, and ends it", async () => {
    let renders = 0;
    function Child() {
      renders++;
      client = useLayercodeClient();
      return null;
    }
    const child = <Child />;
    const onConnect = vi.fn();
    const rendered = await render(<LayercodeProvider {...world.options}>{child}</LayercodeProvider>);
    await rendered.render(
      <LayercodeProvider {...world.options} onConnect={onConnect}>
        {child}
      </LayercodeProvider>,
    );
    await acting(() => world.connect(client));
    expect(onConnect).toHaveBeenCalledOnce();
    expect(renders).toBe(1);
    await rendered.unmount();
    expect(world.held).toEqual(nothingHeld);
  });

  test("hands on the agent of a hook, and leaves it to its owner", async () => {
    function Owner({ isProviding }: { isProviding: boolean }) {
      const agent = useLayercodeAgent(world.options);
      if (!isProviding) return null;
      return (
        <LayercodeProvider agent={agent}>
          <Client />
          <Status />
        </LayercodeProvider>
      );
    }
    const rendered = await render(<Owner isProviding={true} />);
    await acting(() => world.connect(client));
    expect(rendered.text).toBe("connected");
    await rendered.render(<Owner isProviding={false} />);
    expect(client.status).toBe("connected");
    await rendered.unmount();
    expect(world.held).toEqual(nothingHeld);
  });

  test("hands on a client of the app's own, and never disconnects it", async () => {
    const own = new LayercodeClient(world.options);
    const rendered = await render(
      <LayercodeProvider client={own}>
        <Status />
        <Client />
      </LayercodeProvider>,
    );
    expect(client).toBe(own);
    await acting(() => world.connect(own));
    expect(rendered.text).toBe("connected");
    await rendered.unmount();
    expect(own.status).toBe("connected");
    await own.disconnect();
  });

  test("is the nearest one, so that two agents are two", async () => {
    const other = createWorld();
    const clients: LayercodeClient[] = [];
    function Collect() {
      clients.push(useLayercodeClient());
      return <Status />;
    }
    const rendered = await render(
      <LayercodeProvider {...world.options}>
        <Collect />
        <LayercodeProvider {...other.options}>
          <Collect />
        </LayercodeProvider>
      </LayercodeProvider>,
    );
    const [outer] = clients;
    if (!outer) throw new Error("no client");
    await acting(() => world.connect(outer));
    expect(rendered.text).toBe("connecteddisconnected");
    expect(other.held).toEqual(nothingHeld);
  });
});

function Status() {
  return <p>{useLayercode(({ status }) => status)}</p>;
}

describe("without a provider", () => {
  const readers: Record<string, () => ReactNode> = {
    "useLayercode()": () => useLayercode(({ status }) => status),
    "useLayercodeClient()": () => useLayercodeClient().status,
    "useSpokenText()": () => useSpokenText()?.text,
    "useStats()": () => useStats()?.turns.count,
    "useTranscript()": () => useTranscript().length,
    "useTool()": () => {
      useTool("none", { input: {} as StandardSchemaV1, run: () => {} });
      return null;
    },
    "useDataMessage()": () => {
      useDataMessage(() => {});
      return null;
    },
    "useAudioLevel()": () => {
      useAudioLevel(() => {});
      return null;
    },
    "usePushToTalk()": () => <button {...usePushToTalk()} />,
    "<MicrophoneSelect>": () => <MicrophoneSelect />,
    "<SpeakerSelect>": () => <SpeakerSelect />,
    "<AudioVisualizer>": () => <AudioVisualizer />,
  };
  test.each(Object.keys(readers))("%s says what is missing", async (name) => {
    const Reader = readers[name] as () => ReactNode;
    vi.spyOn(console, "error").mockImplementation(() => {});
    class Boundary extends Component<{ children: ReactNode }> {
      override state = { message: "" };
      static getDerivedStateFromError = ({ message }: Error) => ({ message });
      override render() {
        return this.state.message || this.props.children;
      }
    }
    const rendered = await render(
      <Boundary>
        <Reader />
      </Boundary>,
    );
    expect(rendered.text).toContain(name);
    expect(rendered.text).toContain("<LayercodeProvider>");
  });
});

describe("useLayercode", () => {
  /** A component below a provider that selects, and says how often it rendered. */
  async function renderSelection<T>(selector: (agent: AgentSource) => T, isEqual?: (before: T, after: T) => boolean) {
    const seen: T[] = [];
    function Selecting() {
      // A new function each time, as apps write it.
      seen.push(useLayercode((agent) => selector(agent), isEqual));
      return null;
    }
    const rendered = await render(
      <LayercodeProvider {...world.options}>
        <Client />
        <Selecting />
      </LayercodeProvider>,
    );
    return { rendered, seen, connect: () => acting(() => world.connect(client)) };
  }

  test("renders when what was selected has changed, and only then", async () => {
    const { seen, connect } = await renderSelection(({ messages }) => messages.length);
    await connect();
    await acting(() => client.mute());
    expect(seen).toEqual([0]);
    await acting(() => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "t1" }));
    await acting(() => world.socket.says({ type: "response.text", content: "Hello", turn_id: "t1" }));
    await acting(() => world.socket.says({ type: "response.text", content: " there", turn_id: "t1" }));
    expect(seen).toEqual([0, 1]);
  });

  test("follows a field that it reads only later", async () => {
    const { seen, connect } = await renderSelection((agent) => agent.status === "connected" && agent.isMuted);
    await connect();
    expect(seen).toEqual([false]);
    await acting(() => client.mute());
    expect(seen).toEqual([false, true]);
  });

  test("takes a selector that makes a new object each time", async () => {
    const { seen } = await renderSelection(({ isMuted, status }) => ({ isMuted, status }));
    expect(seen).toEqual([{ isMuted: false, status: "disconnected" }]);
    await acting(() => client.mute());
    expect(seen.at(-1)).toEqual({ isMuted: true, status: "disconnected" });
    expect(seen).toHaveLength(2);
  });

  test("keeps what isEqual calls the same", async () => {
    const { seen, rendered } = await renderSelection(
      ({ isMuted, audioInput }) => ({ isMuted, audioInput }),
      (before, after) => before.audioInput === after.audioInput,
    );
    await acting(() => client.mute());
    expect(seen).toHaveLength(1);
    await rendered.render(
      <LayercodeProvider {...world.options}>
        <Client />
      </LayercodeProvider>,
    );
    expect(seen).toHaveLength(1);
  });

  test("keeps the same outcome over renderings with a new selector", async () => {
    const seen: unknown[] = [];
    function Selecting({ by }: { by: number }) {
      seen.push(
        useLayercode(
          ({ status }) => ({ status, by }),
          (before, after) => before.status === after.status,
        ),
      );
      return null;
    }
    const provided = (by: number) => (
      <LayercodeProvider {...world.options}>
        <Selecting by={by} />
      </LayercodeProvider>
    );
    const rendered = await render(provided(1));
    await rendered.render(provided(2));
    expect(seen[1]).toBe(seen[0]);
  });

  test("that throws for what is gone, until its component is too, is no uncaught error", async () => {
    const LastText = () => <b>{useLayercode(({ messages }) => messages.at(-1)!.text)}</b>;
    function Page() {
      client = useLayercodeClient();
      return useLayercode(({ messages }) => messages.length) > 0 && <LastText />;
    }
    const rendered = await render(
      <LayercodeProvider {...world.options}>
        <Page />
      </LayercodeProvider>,
    );
    await acting(() => world.connect(client));
    await acting(() => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "t1" }));
    await acting(() => world.socket.says({ type: "response.text", content: "Hello", turn_id: "t1" }));
    expect(rendered.text).toBe("Hello");
    await acting(() => client.disconnect());
    const uncaught = vi.fn();
    vi.stubGlobal("reportError", uncaught);
    onTestFinished(() => void vi.unstubAllGlobals());
    // In another conversation nobody has said anything yet.
    client.setOptions({ ...world.options, conversationId: "another" });
    await acting(() => world.connect(client));
    expect([client.getSnapshot().messages, rendered.text]).toEqual([[], ""]);
    expect(uncaught).not.toHaveBeenCalled();
  });

  test("selects methods, too, and closes over what the component knows now", async () => {
    const seen: unknown[] = [];
    function Selecting({ field }: { field: keyof AgentValues }) {
      const mute = useLayercode((agent) => agent.mute);
      seen.push(useLayercode((agent) => agent[field]));
      return <button type="button" onClick={mute} />;
    }
    const provided = (field: keyof AgentValues) => (
      <LayercodeProvider {...world.options}>
        <Selecting field={field} />
      </LayercodeProvider>
    );
    const rendered = await render(provided("status"));
    await rendered.render(provided("isMuted"));
    await acting(() => rendered.find("button").click());
    expect(seen).toEqual(["disconnected", false, true]);
  });

  test("without a selector is the agent, and renders for what is read of it", async () => {
    const seen: string[] = [];
    function Reading() {
      const { status, mute, client: own } = useLayercode();
      client = own;
      seen.push(status);
      return <button type="button" onClick={mute} />;
    }
    const rendered = await render(<LayercodeProvider {...world.options}>{<Reading />}</LayercodeProvider>);
    await acting(() => rendered.find("button").click());
    expect(client.isMuted).toBe(true);
    expect(seen).toEqual(["disconnected"]);
    await acting(() => world.connect(client));
    expect(seen.at(-1)).toBe("connected");
  });

  test("listens once to what changes while it is being listened to", async () => {
    const devices = stubInputDevices(["Headset"]);
    const { seen, rendered } = await renderSelection((agent) => agent.isInputDeviceListLoading);
    await actingUntil(() => devices.listeners === 1 && seen.at(-1) === false);
    expect(seen).toContain(true);
    await rendered.unmount();
    expect(devices.listeners).toBe(0);
  });

  test("listens to nothing when it is gone", async () => {
    const devices = stubInputDevices(["Headset"]);
    const { seen, rendered } = await renderSelection((agent) => agent.availableInputDevices.length);
    await actingUntil(() => seen.at(-1) === 1);
    expect(devices.listeners).toBe(1);
    await rendered.unmount();
    expect(devices.listeners).toBe(0);
  });
});

test("useTranscript renders for the transcript alone, of the context or of a given agent", async () => {
  const texts: string[][] = [];
  function Transcript() {
    texts.push(useTranscript().map(({ text }) => text));
    return null;
  }
  function Given() {
    const agent = useLayercodeAgent(world.options);
    client = agent.client;
    texts.push(useTranscript(agent).map(({ text }) => text));
    return (
      <LayercodeProvider agent={agent}>
        <Transcript />
      </LayercodeProvider>
    );
  }
  await render(<Given />);
  await acting(() => world.connect(client));
  expect(texts).toEqual([[], []]);
  await acting(() => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "t1" }));
  await acting(() => world.socket.says({ type: "response.text", content: "Hello", turn_id: "t1" }));
  expect(texts.at(-1)).toEqual(["Hello"]);
  expect(texts.at(-2)).toEqual(["Hello"]);
});
