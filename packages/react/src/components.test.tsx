import { Window } from "happy-dom";
import { useRef } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, stubInputDevices } from "../test/world.js";
import {
  AudioVisualizer,
  LayercodeMicrophoneSelect,
  LayercodeProvider,
  MicrophoneSelect,
  type MicrophoneSelectProps,
  type UseAudioLevelOptions,
  type UseLayercodeAgentReturn,
  type UsePushToTalkOptions,
  useAudioLevel,
  useLayercodeAgent,
  usePushToTalk,
} from "./index.js";

let world: ReturnType<typeof createWorld>;
let agent: UseLayercodeAgentReturn;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const connect = () => acting(() => world.connect(agent));

describe("usePushToTalk", () => {
  const counts = { renders: 0 };
  function Talk(props: UsePushToTalkOptions) {
    counts.renders++;
    return <button {...usePushToTalk(props)}>Talk</button>;
  }
  function Page({ isShown = true, ...props }: UsePushToTalkOptions & { isShown?: boolean }) {
    agent = useLayercodeAgent(world.options);
    return <LayercodeProvider agent={agent}>{isShown && <Talk {...props} />}</LayercodeProvider>;
  }
  const pointer = (type: string) => new PointerEvent(type, { bubbles: true, pointerId: 1, button: 0 });
  const key = (type: string, name: string) => new KeyboardEvent(type, { bubbles: true, key: name });
  const once = ["trigger.turn.start", "trigger.turn.end"];

  test("is a button that is held, and says so", async () => {
    const rendered = await render(<Page />);
    const button = rendered.find<HTMLButtonElement>("button");
    expect(button.disabled).toBe(true);
    expect(button.type).toBe("button");
    await connect();
    expect(button.disabled).toBe(false);
    expect(button.getAttribute("aria-pressed")).toBe("false");
    await acting(() => button.dispatchEvent(pointer("pointerdown")));
    expect(button.getAttribute("aria-pressed")).toBe("true");
    await acting(() => button.dispatchEvent(pointer("pointerup")));
    expect(button.getAttribute("aria-pressed")).toBe("false");
    expect(world.turns).toEqual(once);
    expect(agent.client.getSnapshot().pushToTalk.pressed).toBe(false);
  });

  test.each([" ", "Enter"])("is held by the key %j", async (name) => {
    const rendered = await render(<Page />);
    await connect();
    await acting(() => rendered.find("button").dispatchEvent(key("keydown", name)));
    await acting(() => rendered.find("button").dispatchEvent(key("keyup", name)));
    expect(world.turns).toEqual(once);
  });

  test("renders for the press and the connection alone", async () => {
    await render(<Page />);
    await connect();
    counts.renders = 0;
    await acting(() => agent.mute());
    expect(counts.renders).toBe(0);
  });

  test("hears the hotkey of the latest rendering", async () => {
    function Hot({ hotkey }: { hotkey: string }) {
      agent = useLayercodeAgent(world.options);
      return <button {...usePushToTalk({ agent, key: hotkey })}>Talk</button>;
    }
    const hot = await render(<Hot hotkey="t" />);
    await connect();
    await hot.render(<Hot hotkey="v" />);
    await acting(() => document.body.dispatchEvent(key("keydown", "t")));
    expect(world.turns).toEqual([]);
    await acting(() => document.body.dispatchEvent(key("keydown", "v")));
    expect(world.turns).toEqual(["trigger.turn.start"]);
    await acting(() => document.body.dispatchEvent(key("keyup", "v")));
    expect(world.turns).toEqual(once);
  });

  test.each([{ strict: false }, { strict: true }])("lets go when it goes away, strict: $strict", async ({ strict }) => {
    const rendered = await render(<Page />, { strict });
    await connect();
    await acting(() => rendered.find("button").dispatchEvent(pointer("pointerdown")));
    expect(world.turns).toEqual(["trigger.turn.start"]);
    await rendered.render(<Page isShown={false} />);
    expect(world.turns).toEqual(once);
    await rendered.render(<Page />);
    await acting(() => rendered.find("button").dispatchEvent(pointer("pointerdown")));
    await acting(() => rendered.find("button").dispatchEvent(pointer("pointerup")));
    expect(world.turns).toEqual([...once, ...once]);
  });
});

describe("MicrophoneSelect", () => {
  const counts = { renders: 0 };
  function Page(props: MicrophoneSelectProps) {
    counts.renders++;
    agent = useLayercodeAgent({ ...world.options, autoLoadInputDevices: false, audioInput: false });
    return <MicrophoneSelect agent={agent} {...props} />;
  }
  const choose = (select: HTMLSelectElement, value: string) =>
    acting(() => {
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  const options = (select: HTMLSelectElement) => [...select.options].map(({ text }) => text);

  test("is a labelled select of the microphones, which chooses one", async () => {
    stubInputDevices(["Headset", "Desk"]);
    const rendered = await render(<Page className="wide" containerClassName="box" helperText="Pick one." />);
    counts.renders = 0;
    const select = rendered.find<HTMLSelectElement>("div.box > select.wide");
    await actingUntil(() => select.options.length === 3);
    expect(options(select)).toEqual(["System default microphone", "Headset (default)", "Desk"]);
    expect(rendered.find<HTMLLabelElement>("label.layercode-mic-select__label").htmlFor).toBe(select.id);
    expect(rendered.find(".layercode-mic-select__helper").textContent).toBe("Pick one.");
    await choose(select, "id of Desk");
    expect(agent.client.getSnapshot().preferredInputDeviceId).toBe("id of Desk");
    expect(select.value).toBe("id of Desk");
    await choose(select, "default");
    expect(agent.client.getSnapshot().preferredInputDeviceId).toBe(null);
    // Its owner reads nothing of that.
    expect(counts.renders).toBe(0);
  });

  test("takes the props of a select, its id and its label", async () => {
    stubInputDevices(["Headset"]);
    const rendered = await render(<Page id="microphone" name="microphone" label="Your microphone" disabled />);
    const select = rendered.find<HTMLSelectElement>("select#microphone");
    await actingUntil(() => select.options.length === 2);
    expect(select.disabled).toBe(true);
    expect(select.name).toBe("microphone");
    expect(rendered.find("label[for=microphone]").textContent).toBe("Your microphone");
    await rendered.render(<Page label={null} aria-label="Microphone" />);
    expect(rendered.container.querySelector("label")).toBe(null);
  });

  test("says when there is none, and what went wrong", async () => {
    const devices = stubInputDevices([]);
    const rendered = await render(<Page emptyLabel="No microphone" />);
    await actingUntil(() => rendered.text.includes("No microphone"));
    expect(rendered.find<HTMLSelectElement>("select").disabled).toBe(true);
    devices.failure = new Error("no luck");
    await acting(() => agent.refreshInputDevices().catch(() => {}));
    expect(rendered.find(".layercode-mic-select__error").textContent).toContain("no luck");
    expect(rendered.text).not.toContain("No microphone");
  });

  test("offers no choice of what has no id yet", async () => {
    stubInputDevices([""]);
    const rendered = await render(<Page />);
    const select = rendered.find<HTMLSelectElement>("select");
    await actingUntil(() => select.options.length === 2);
    expect(options(select)).toEqual(["System default microphone", "Microphone 1 (default)"]);
    expect(select.options[1]?.disabled).toBe(true);
  });

  test("lists them once when it mounts, and not at all where it is told not to", async () => {
    const devices = stubInputDevices(["Headset"]);
    const rendered = await render(<Page autoRefresh={false} />);
    expect(devices.enumerations).toBe(0);
    await rendered.render(<Page key="again" />);
    await actingUntil(() => rendered.find<HTMLSelectElement>("select").options.length === 2);
    expect(devices.enumerations).toBe(1);
  });

  test("lists them once, too, where the agent lists them by itself", async () => {
    const devices = stubInputDevices(["Headset"]);
    const rendered = await render(
      <LayercodeProvider {...world.options}>
        <LayercodeMicrophoneSelect />
      </LayercodeProvider>,
    );
    await actingUntil(() => rendered.find<HTMLSelectElement>("select").options.length === 2);
    expect(devices.enumerations).toBe(1);
    await rendered.unmount();
    expect(devices.listeners).toBe(0);
  });
});

/** Animation frames, when the test says so. */
function stubFrames() {
  const waiting = new Map<number, FrameRequestCallback>();
  let count = 0;
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => {
    waiting.set(++count, callback);
    return count;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => waiting.delete(id));
  return {
    get waiting() {
      return waiting.size;
    },
    next() {
      const callbacks = [...waiting.values()];
      waiting.clear();
      for (const callback of callbacks) callback(0);
    },
  };
}

describe("useAudioLevel", () => {
  const counts = { renders: 0 };

  test("calls the latest callback once a frame while connected, and renders nothing", async () => {
    const frames = stubFrames();
    const [first, second] = [vi.fn(), vi.fn()];
    function Meter({ onLevel, ...options }: { onLevel: (level: number) => void } & UseAudioLevelOptions) {
      counts.renders++;
      useAudioLevel(onLevel, options);
      return null;
    }
    function Page({ onLevel, source }: { onLevel: (level: number) => void; source?: "user" }) {
      agent = useLayercodeAgent(world.options);
      return <Meter agent={agent} onLevel={onLevel} {...(source && { source })} />;
    }
    const rendered = await render(<Page onLevel={first} />);
    expect(frames.waiting).toBe(0);
    await connect();
    frames.next();
    expect(first).toHaveBeenLastCalledWith(0.25);
    await rendered.render(<Page onLevel={second} />);
    counts.renders = 0;
    frames.next();
    expect(second).toHaveBeenLastCalledWith(0.25);
    expect(counts.renders).toBe(0);
    world.microphone.loudness = 0.5;
    await rendered.render(<Page onLevel={second} source="user" />);
    frames.next();
    expect(second).toHaveBeenLastCalledWith(0.5);
    await acting(() => agent.disconnect());
    expect(second).toHaveBeenLastCalledWith(0);
    expect(frames.waiting).toBe(0);
    await rendered.unmount();
  });

  test("sets a variable of the element of a ref", async () => {
    const frames = stubFrames();
    function Page() {
      agent = useLayercodeAgent(world.options);
      const meter = useRef<HTMLDivElement>(null);
      useAudioLevel(meter, { agent });
      return <div ref={meter} className="meter" />;
    }
    const rendered = await render(<Page />);
    await connect();
    frames.next();
    expect(rendered.find(".meter").style.getPropertyValue("--audio-level")).toBe("0.25");
    await rendered.unmount();
    expect(frames.waiting).toBe(0);
  });

  test("counts the frames of the window that shows the element", async () => {
    const frames = stubFrames();
    const other = new Window();
    const asked = vi.spyOn(other, "requestAnimationFrame");
    const meter = { current: other.document.createElement("div") as unknown as HTMLElement };
    function Page() {
      agent = useLayercodeAgent(world.options);
      useAudioLevel(meter, { agent });
      return null;
    }
    const rendered = await render(<Page />);
    await connect();
    expect([asked.mock.calls.length > 0, frames.waiting]).toEqual([true, 0]);
    await rendered.unmount();
  });
});

describe("AudioVisualizer", () => {
  test("draws on its canvas while connected, and renders nothing", async () => {
    const frames = stubFrames();
    let renders = 0;
    function Page({ source }: { source: "agent" | "user" }) {
      renders++;
      agent = useLayercodeAgent(world.options);
      return <AudioVisualizer agent={agent} source={source} className="wave" />;
    }
    const rendered = await render(<Page source="agent" />);
    const canvas = rendered.find<HTMLCanvasElement>("canvas.wave");
    expect(canvas.getAttribute("aria-hidden")).toBe("true");
    Object.defineProperty(canvas, "clientWidth", { value: 300 });
    const drawn = vi.spyOn(canvas, "getContext");
    await connect();
    renders = 0;
    frames.next();
    expect(drawn).toHaveBeenCalled();
    const measurements = world.microphone.measurements;
    await rendered.render(<Page source="user" />);
    frames.next();
    expect(world.microphone.measurements).toBeGreaterThan(measurements);
    expect(renders).toBe(1);
    await rendered.unmount();
    expect(frames.waiting).toBe(0);
  });
});
