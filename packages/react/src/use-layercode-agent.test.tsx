import { memo, type ReactNode, Suspense, useEffect, useState } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, deferred, nothingHeld, settle, stubInputDevices } from "../test/world.js";
import {
  LayercodeProvider,
  type UseLayercodeAgentOptions,
  type UseLayercodeAgentReturn,
  useLayercode,
  useLayercodeAgent,
} from "./index.js";

let current: ReturnType<typeof createWorld>;
let agent: UseLayercodeAgentReturn;

beforeEach(() => {
  current = createWorld();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A component that reads what `read` does, and says how often it rendered. */
function createReader(
  read: (agent: UseLayercodeAgentReturn) => unknown,
  extra: Partial<UseLayercodeAgentOptions> = {},
) {
  const counts = { renders: 0 };
  function Reader(props: Partial<UseLayercodeAgentOptions>) {
    counts.renders++;
    agent = useLayercodeAgent({ ...current.options, ...extra, ...props });
    return <p>{String(read(agent))}</p>;
  }
  return { Reader, counts };
}

const connect = () => acting(() => current.connect(agent));
const says = (message: object) => acting(() => current.socket.says(message));

describe("state", () => {
  test("is initializing until the first connect, then the client's", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader />);
    expect(rendered.text).toBe("initializing");
    await connect();
    expect(rendered.text).toBe("connected");
    await acting(() => agent.disconnect());
    expect(rendered.text).toBe("disconnected");
  });

  test("is initializing no more when the client itself was connected", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader />);
    await acting(() => current.connect(agent.client));
    expect(rendered.text).toBe("connected");
  });

  test("survives destructuring and spreading", async () => {
    const { Reader } = createReader((agent) => {
      const { status } = agent;
      const { isMuted } = { ...agent };
      return `${status} ${isMuted}`;
    });
    const rendered = await render(<Reader />);
    await connect();
    await acting(() => agent.mute());
    expect(rendered.text).toBe("connected true");
  });

  test("tells what changed between the rendering and the effects", async () => {
    const { Reader } = createReader(({ isMuted }) => isMuted);
    function Early() {
      useEffect(() => agent.client.mute(), []);
      return null;
    }
    const rendered = await render(
      <>
        <Early />
        <Reader />
      </>,
    );
    expect(rendered.text).toBe("true");
  });

  test("is shown as it is at last, though it changed while it was being rendered", async () => {
    function Child({ agent }: { agent: UseLayercodeAgentReturn }) {
      if (!agent.client.isMuted) agent.client.mute();
      return <b>{String(agent.isMuted)}</b>;
    }
    function Parent() {
      const agent = useLayercodeAgent(current.options);
      return (
        <p>
          {String(agent.isMuted)} <Child agent={agent} />
        </p>
      );
    }
    const rendered = await render(<Parent />);
    expect(rendered.text).toBe("true true");
  });
});

describe("options", () => {
  test("calls the latest callback, and does not connect anew for it", async () => {
    const { Reader } = createReader(({ status }) => status);
    const [first, second] = [vi.fn(), vi.fn()];
    const rendered = await render(<Reader onMuteStateChange={first} />);
    await connect();
    await rendered.render(<Reader onMuteStateChange={second} />);
    await acting(() => agent.mute());
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledExactlyOnceWith(true);
    expect(current.sockets).toHaveLength(1);
  });

  test("takes a changed agentId at the next connect", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader agentId="ag-1" />);
    await connect();
    await rendered.render(<Reader agentId="ag-2" />);
    expect(current.requests.map(({ body }) => body.agent_id)).toEqual(["ag-1"]);
    await acting(() => agent.disconnect());
    await connect();
    expect(current.requests.map(({ body }) => body.agent_id)).toEqual(["ag-1", "ag-2"]);
  });

  test("has an effect below connect with the options of this render", async () => {
    function Connecting({ agentId }: { agentId: string }) {
      agent = useLayercodeAgent({ ...current.options, agentId });
      return <Child key={agentId} />;
    }
    function Child() {
      useEffect(() => {
        void agent.disconnect();
        void agent.connect();
      }, []);
      return null;
    }
    const rendered = await render(<Connecting agentId="ag-1" />);
    await rendered.render(<Connecting agentId="ag-2" />);
    expect(current.requests.map(({ body }) => body.agent_id)).toEqual(["ag-1", "ag-2"]);
  });

  test("takes a changed audioInput at once", async () => {
    const { Reader } = createReader(({ audioInput }) => audioInput);
    const rendered = await render(<Reader audioInput={true} />);
    await connect();
    expect(current.held.microphone).toBe(true);
    await rendered.render(<Reader audioInput={false} />);
    expect(current.held.microphone).toBe(false);
    expect(rendered.text).toBe("false");
  });

  test("leaves a switch as the user set it while the option stays the same", async () => {
    const { Reader } = createReader(({ audioInput }) => audioInput);
    const rendered = await render(<Reader audioInput={true} />);
    await acting(() => agent.setAudioInput((on) => !on));
    await rendered.render(<Reader audioInput={true} />);
    expect(rendered.text).toBe("false");
  });

  test("that make no sense are in `error`, not a white page, until a rendering brings better ones", async () => {
    const { Reader } = createReader(({ error }) => error?.message ?? "none");
    const onError = vi.fn();
    const rendered = await render(<Reader agentId="" onError={onError} />);
    expect(onError).toHaveBeenCalledExactlyOnceWith(agent.error);
    expect(rendered.text).toMatch(/^Option "agentId" is ""\. Pass the id of your agent/);
    await expect(agent.connect()).rejects.toMatchObject({ code: "invalid-option" });
    await rendered.render(<Reader />);
    expect(rendered.text).toBe("none");
    await rendered.render(<Reader volume={80} />);
    expect(rendered.text).toMatch(/"volume" is 80/);
  });
});

test("connects in an effect, in the component and below a provider, also where StrictMode mounts it twice", async () => {
  function Child() {
    const { connect } = useLayercode();
    useEffect(() => void connect(), [connect]);
    return null;
  }
  function Own() {
    agent = useLayercodeAgent(current.options);
    useEffect(() => void agent.connect(), []);
    return null;
  }
  const opened = async (ui: ReactNode) => {
    await render(ui, { strict: true });
    await actingUntil(() => current.sockets.length > 0);
    await acting(() => current.socket.open());
    expect(current.held).toMatchObject({ sockets: 1, microphone: true });
  };
  await opened(<Own />);
  expect(agent.client.status).toBe("connected");
  current = createWorld();
  await opened(
    <LayercodeProvider {...current.options}>
      <Child />
    </LayercodeProvider>,
  );
});

test("has methods that stay the same functions, and need no receiver", async () => {
  const { Reader } = createReader(({ status }) => status);
  const rendered = await render(<Reader />);
  const functions = () => Object.entries(agent).filter(([, value]) => typeof value === "function");
  const before = functions();
  const { client, mute } = agent;
  await connect();
  await rendered.render(<Reader />);
  expect(functions()).toEqual(before);
  expect(before.length).toBe(20);
  for (const [name, method] of before) expect(agent[name as keyof typeof agent]).toBe(method);
  expect(agent.client).toBe(client);
  await acting(() => mute());
  expect(agent.isMuted).toBe(true);
});

describe.each([{ strict: false }, { strict: true }])("unmounted, strict: $strict", ({ strict }) => {
  test("while idle, it leaves nothing", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader />, { strict });
    await rendered.unmount();
    expect(current.held).toEqual(nothingHeld);
    expect(current.requests).toEqual([]);
  });

  test("it stays gone, whatever connects again when it ends, at once or later", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const codes: string[] = [];
    const comeBack = () => void agent.connect().catch(({ code }) => codes.push(code));
    const { Reader } = createReader(({ status, userAudioAmplitude }) => `${status} ${userAudioAmplitude}`, {
      onDisconnect: () => {
        comeBack();
        setTimeout(comeBack, 1000);
      },
      onStatusChange: (status) => status === "disconnected" && comeBack(),
    });
    const rendered = await render(<Reader />, { strict });
    await connect();
    expect(rendered.text).toContain("connected");
    await rendered.unmount();
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(codes).toEqual(["aborted", "aborted", "aborted"]);
    expect([current.held, current.sockets.length, vi.getTimerCount()]).toEqual([nothingHeld, 1, 0]);
  });

  test("while connecting, it gives everything back", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader />, { strict });
    current.microphone.permission = "prompt";
    const connecting = acting(() => current.untilSocket());
    const outcome = agent.connect().catch(({ code }) => code);
    await connecting;
    await rendered.unmount();
    current.microphone.starts[0]!.opening.resolve();
    expect(await outcome).toBe("aborted");
    await settle();
    expect(current.held).toEqual(nothingHeld);
  });

  test("while connected, it gives everything back and listens to nothing", async () => {
    const devices = stubInputDevices(["Headset"]);
    const { Reader } = createReader((agent) => `${agent.isInputDeviceListLoading} ${agent.messages.length}`);
    const rendered = await render(<Reader />, { strict });
    await connect();
    expect(current.held.microphone).toBe(true);
    // One is the reader's, one that of the client, which looks after its open microphone.
    await actingUntil(() => devices.listeners === 2);
    await rendered.unmount();
    expect(current.held).toEqual(nothingHeld);
    expect(agent.status).toBe("disconnected");
    // What is read late must not be listened to again.
    expect(agent.availableInputDevices.length).toBeLessThan(2);
    await settle();
    expect(devices.listeners).toBe(0);
  });

  test("and mounted again, it is another agent", async () => {
    const { Reader } = createReader(({ status }) => status);
    const rendered = await render(<Reader key="one" />, { strict });
    await connect();
    const { client } = agent;
    await rendered.render(<Reader key="two" />);
    expect(agent.client).not.toBe(client);
    expect(rendered.text).toBe("initializing");
    expect(current.held).toEqual(nothingHeld);
    await connect();
    expect(rendered.text).toBe("connected");
  });
});

test("mounted twice by StrictMode, an effect that connects has one conversation", async () => {
  function Connecting() {
    const { connect, disconnect, status } = useLayercodeAgent(current.options);
    useEffect(() => {
      void connect();
      return () => void disconnect();
    }, [connect, disconnect]);
    return <p>{status}</p>;
  }
  const rendered = await render(<Connecting />, { strict: true });
  await actingUntil(() => current.sockets.length === 1);
  await acting(() => current.socket.open());
  expect(rendered.text).toBe("connected");
  expect(current.held).toEqual({ sockets: 1, microphone: true, speaker: true });
  await rendered.unmount();
  expect(current.held).toEqual(nothingHeld);
});

describe("render counts", () => {
  test("renders only for what was read", async () => {
    const { Reader, counts } = createReader(({ status }) => status);
    await render(<Reader />);
    await connect();
    const before = counts.renders;
    await acting(() => agent.mute());
    await says({ type: "turn.start", role: "assistant", turn_id: "t1" });
    await says({ type: "response.text", content: "Hello", turn_id: "t1" });
    expect(agent.client.getSnapshot().messages).toHaveLength(1);
    expect(counts.renders).toBe(before);
    await acting(() => agent.disconnect());
    expect(counts.renders).toBeGreaterThan(before);
  });

  test("does nothing while idle, and while connected in silence", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    const { Reader, counts } = createReader((agent) => `${agent.status} ${agent.messages.length} ${agent.isMuted}`);
    await render(<Reader />);
    const idle = counts.renders;
    await acting(() => void vi.advanceTimersByTime(5000));
    expect(counts.renders).toBe(idle);
    await connect();
    const connected = counts.renders;
    await acting(() => void vi.advanceTimersByTime(5000));
    expect(counts.renders).toBe(connected);
  });

  test("follows what a child reads, also when it first reads it later", async () => {
    let open = () => {};
    let childRenders = 0;
    const Child = memo(function Child({ agent }: { agent: UseLayercodeAgentReturn }) {
      childRenders++;
      const [isOpen, setOpen] = useState(false);
      open = () => setOpen(true);
      return <b>{isOpen ? `muted ${agent.isMuted}` : "closed"}</b>;
    });
    let parentRenders = 0;
    function Parent() {
      parentRenders++;
      agent = useLayercodeAgent(current.options);
      return <Child agent={agent} />;
    }
    const rendered = await render(<Parent />);
    await acting(() => agent.mute());
    expect(parentRenders).toBe(1);
    await acting(() => open());
    expect(rendered.text).toBe("muted true");
    await acting(() => agent.unmute());
    expect(rendered.text).toBe("muted false");
    expect(childRenders).toBe(3);
  });

  test("follows what a child first reads after <Suspense> has shown both again", async () => {
    let open = () => {};
    const Child = memo(function Child({ agent }: { agent: UseLayercodeAgentReturn }) {
      const [isOpen, setOpen] = useState(false);
      open = () => setOpen(true);
      return <b>{isOpen ? `muted ${agent.isMuted}` : "closed"}</b>;
    });
    const Parent = memo(function Parent() {
      agent = useLayercodeAgent(current.options);
      return <Child agent={agent} />;
    });
    const loading = deferred<void>();
    let isLoading = false;
    function Sibling() {
      if (isLoading) throw loading.promise;
      return null;
    }
    const page = () => (
      <Suspense fallback="loading ">
        <Parent />
        <Sibling />
      </Suspense>
    );
    const rendered = await render(page());
    isLoading = true;
    await rendered.render(page());
    expect(rendered.text).toContain("loading");
    isLoading = false;
    await acting(() => loading.resolve(undefined));
    await acting(() => open());
    expect(rendered.text).toBe("muted false");
    await acting(() => agent.mute());
    expect(rendered.text).toBe("muted true");
  });

  test("follows what an event handler reads, from that moment", async () => {
    const { Reader, counts } = createReader(({ status }) => status);
    await render(<Reader />);
    await acting(() => {
      expect(agent.isMuted).toBe(false);
      agent.mute();
    });
    expect(counts.renders).toBe(2);
  });

  test("takes no note of the development build of React reading props for its own ends", async () => {
    const devices = stubInputDevices(["Headset"]);
    const Child = ({ agent }: { agent: UseLayercodeAgentReturn }) => <b>{agent.status}</b>;
    const counts = { renders: 0 };
    function Parent() {
      counts.renders++;
      agent = useLayercodeAgent(current.options);
      return <Child agent={agent} />;
    }
    await render(<Parent />);
    await connect();
    const before = counts.renders;
    await acting(() => agent.mute());
    expect(counts.renders).toBe(before);
    // The client's own, for the microphone that is open.
    await actingUntil(() => devices.enumerations > 0);
    await settle();
    expect([devices.enumerations, devices.listeners]).toEqual([1, 1]);
  });
});

describe("amplitude", () => {
  test("is measured only while it is read, at most 10 times a second", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    let isShown = false;
    const { Reader, counts } = createReader((agent) => (isShown ? agent.userAudioAmplitude : agent.status));
    const rendered = await render(<Reader />);
    await connect();
    const second = async () => {
      const before = counts.renders;
      for (let ms = 0; ms < 1000; ms += 10) {
        current.microphone.loudness = (ms + 10) / 2000;
        await acting(() => void vi.advanceTimersByTime(10));
      }
      return counts.renders - before;
    };
    current.microphone.measurements = 0;
    expect(await second()).toBe(0);
    expect(current.microphone.measurements).toBe(0);

    isShown = true;
    await rendered.render(<Reader />);
    const renders = await second();
    expect(renders).toBeGreaterThan(1);
    expect(renders).toBeLessThanOrEqual(10);
    expect(Number(rendered.text)).toBeGreaterThan(0);

    isShown = false;
    await rendered.render(<Reader />);
    current.microphone.measurements = 0;
    expect(await second()).toBe(0);
    expect(current.microphone.measurements).toBe(0);
  });

  test("is 0 where enableAmplitudeMonitoring is off", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    const { Reader } = createReader((agent) => agent.agentAudioAmplitude, { enableAmplitudeMonitoring: false });
    const rendered = await render(<Reader />);
    await connect();
    await acting(() => void vi.advanceTimersByTime(500));
    expect(rendered.text).toBe("0");
  });
});

describe("devices", () => {
  test("are listed and watched only while they are read", async () => {
    const devices = stubInputDevices(["Headset"]);
    let isShown = false;
    const { Reader } = createReader((agent) =>
      isShown ? agent.availableInputDevices.map(({ label }) => label).join() : agent.status,
    );
    const rendered = await render(<Reader />);
    expect(devices.enumerations + devices.listeners).toBe(0);
    isShown = true;
    await rendered.render(<Reader />);
    await actingUntil(() => rendered.text === "Headset");
    await acting(() => devices.change(["Headset", "Desk"]));
    await actingUntil(() => rendered.text === "Headset,Desk");
    isShown = false;
    await rendered.render(<Reader />);
    expect(devices.listeners).toBe(0);
  });

  test("wait for the microphone where autoLoadInputDevices is off", async () => {
    const devices = stubInputDevices(["Headset"]);
    const { Reader } = createReader((agent) => agent.availableInputDevices.length, {
      autoLoadInputDevices: false,
      audioInput: false,
    });
    const rendered = await render(<Reader />);
    expect(devices.enumerations).toBe(0);
    await acting(() => agent.setAudioInput(true));
    await actingUntil(() => rendered.text === "1");
  });
});
