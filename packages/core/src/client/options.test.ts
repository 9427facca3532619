import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, idleTimers, settle } from "../../test/world.js";
import type { Message } from "../conversation/messages.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("setOptions()", () => {
  test("the latest callback is called, and a connection that is open stays", async () => {
    const first = vi.fn();
    const second = vi.fn();
    const world = createWorld({ onMuteStateChange: first });
    await world.connect();
    world.client.mute();
    world.client.setOptions({ ...world.options, onMuteStateChange: second });
    await world.client.unmute();
    world.client.setOptions({ ...world.options, onMuteStateChange: () => {} });
    world.client.mute();
    expect([first.mock.calls, second.mock.calls]).toEqual([[[true]], [[false]]]);
    expect(world.requests).toHaveLength(1);
    expect(world.client.status).toBe("connected");
  });

  test("a callback that throws stops neither the others nor the client", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const error = new Error("a bug of the app");
    const world = createWorld({
      onMuteStateChange: () => {
        throw error;
      },
    });
    const listener = vi.fn();
    world.client.on("mute", listener);
    world.client.mute();
    await settle();
    expect(listener).toHaveBeenCalledWith(true);
    expect(reported).toHaveBeenCalledWith(error);
    vi.unstubAllGlobals();
  });

  test("who to talk with applies at the next connect()", async () => {
    const world = createWorld();
    await world.connect();
    world.client.setOptions({ ...world.options, agentId: "ag-2", metadata: { plan: "pro" } });
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", conversationId: "lc_conv_1" });
    await world.client.disconnect();
    await world.connect();
    expect(world.requests[1]?.body).toMatchObject({ agent_id: "ag-2", metadata: { plan: "pro" } });
    // Another agent knows nothing of the conversation with the first.
    expect(world.requests[1]?.body).not.toHaveProperty("conversation_id");
  });

  test("another conversation begins with an empty transcript, the same one goes on", async () => {
    const world = createWorld();
    await world.connect();
    await world.client.sendClientResponseText("Hello.");
    // As apps do that keep the id they were told.
    world.client.setOptions({ ...world.options, conversationId: "lc_conv_1" });
    await world.client.disconnect();
    await world.connect();
    expect(world.client.getSnapshot().messages).toHaveLength(1);

    world.client.setOptions({ ...world.options, conversationId: null });
    expect(world.client.getSnapshot().messages).toHaveLength(1);
    await world.client.disconnect();
    const connecting = world.connect();
    expect(world.client.getSnapshot()).toMatchObject({ conversationId: null, messages: [] });
    await connecting;
    expect(world.requests.map(({ body }) => body.conversation_id)).toEqual([undefined, "lc_conv_1", undefined]);
  });

  test("a conversation is chosen once: later connections go on with what the server said", async () => {
    const world = createWorld();
    world.client.setOptions({ ...world.options, conversationId: "lc_conv_0" });
    await world.connect();
    await world.client.disconnect();
    world.client.setOptions({ ...world.options, conversationId: "lc_conv_0", metadata: {} });
    await world.connect();
    expect(world.requests.map(({ body }) => body.conversation_id)).toEqual(["lc_conv_0", "lc_conv_1"]);
  });

  test("audio is switched at once where the option changed, and left alone where it did not", async () => {
    const world = createWorld();
    await world.connect();
    world.client.setOptions({ ...world.options, audioInput: false });
    expect(world.client.getSnapshot()).toMatchObject({ audioInput: false, audioOutput: true });
    expect(world.microphone.live).toBe(false);
    void world.client.setAudioInput(true);
    world.client.setOptions({ ...world.options, audioInput: false, audioOutput: false });
    expect(world.client.getSnapshot()).toMatchObject({ audioInput: true, audioOutput: false });
    expect(world.speaker.live).toBe(false);
  });

  test("what is wrong is refused, and what was before still holds", async () => {
    const world = createWorld();
    expect(() => world.client.setOptions({ ...world.options, agentId: "" })).toThrow(/"agentId" is ""/);
    await world.connect();
    expect(world.requests[0]?.body.agent_id).toBe("ag-123456");
  });

  test("an amplitude callback that comes later measures, one that goes stops", async () => {
    const world = createWorld();
    await world.connect();
    expect(vi.getTimerCount()).toBe(idleTimers);
    const heard = vi.fn();
    world.client.setOptions({ ...world.options, onUserAmplitudeChange: heard });
    world.microphone.loudness = 0.5;
    vi.advanceTimersByTime(34);
    expect(heard).toHaveBeenCalledWith(0.5);
    world.client.setOptions(world.options);
    expect(vi.getTimerCount()).toBe(idleTimers);
  });
});

describe("initialMessages", () => {
  const earlier: Message[] = [
    { id: "user:1", turnId: "1", role: "user", text: "Hello", status: "interim", createdAt: 1 },
    { id: "assistant:2", turnId: "2", role: "assistant", text: "Hello the", status: "interim", createdAt: 2 },
    { id: "assistant:3", turnId: "3", role: "assistant", text: "Yes.", status: "final", createdAt: 3 },
  ];

  test("are the transcript that goes on; what was under way has ended", async () => {
    const world = createWorld({ initialMessages: earlier, conversationId: "lc_conv_1" });
    const { messages } = world.client.getSnapshot();
    expect(messages.map(({ id, status }) => [id, status])).toEqual([
      ["user:1", "final"],
      ["assistant:2", "interrupted"],
      ["assistant:3", "final"],
    ]);
    await world.connect();
    await world.client.sendClientResponseText("Going on.");
    expect(world.client.getSnapshot().messages.map(({ text }) => text)).toEqual([
      "Hello",
      "Hello the",
      "Yes.",
      "Going on.",
    ]);
  });

  test("are copied: what the app does with its own shows nowhere", () => {
    const mine = earlier.map((message) => ({ ...message }));
    const { client } = createWorld({ initialMessages: mine });
    const before = structuredClone(client.getSnapshot().messages);
    mine[2]!.text = "No.";
    mine.pop();
    expect(client.getSnapshot().messages).toEqual(before);
  });

  test("only the newest are kept", () => {
    const world = createWorld({ initialMessages: earlier, maxMessages: 2 });
    expect(world.client.getSnapshot().messages).toHaveLength(2);
  });
});

describe("setPreferredInputDevice()", () => {
  test("counts for the next microphone, and the snapshot says which one is open", async () => {
    const world = createWorld();
    await world.client.setPreferredInputDevice("usb");
    expect(world.client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", activeInputDeviceId: null });
    await world.connect();
    expect(world.microphone.starts.map(({ deviceId }) => deviceId)).toEqual(["usb"]);
    expect(world.client.getSnapshot().activeInputDeviceId).toBe("usb");
    await world.client.disconnect();
    expect(world.client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", activeInputDeviceId: null });
  });

  test("opens an open microphone anew; null and the browser's own words follow the system", async () => {
    const world = createWorld();
    await world.connect();
    for (const [chosen, expected] of [
      ["usb", "usb"],
      ["default", "built-in"],
    ] as const) {
      const switched = world.client.setPreferredInputDevice(chosen);
      expect(world.microphone.live).toBe(false);
      expect(world.client.getSnapshot().activeInputDeviceId).toBeNull();
      await settle();
      world.microphone.starts.at(-1)!.opening.resolve();
      await switched;
      expect(world.client.getSnapshot()).toMatchObject({ activeInputDeviceId: expected, audioInput: true });
    }
    expect(world.client.getSnapshot().preferredInputDeviceId).toBeNull();
    await world.client.setPreferredInputDevice(null);
    expect(world.microphone.starts).toHaveLength(3);
    expect(world.client.status).toBe("connected");
  });

  test("chosen while the prompt is open, connect() waits for the new one", async () => {
    const world = createWorld();
    const connecting = world.client.connect();
    await settle();
    world.socket.open();
    const switched = world.client.setPreferredInputDevice("usb");
    world.microphone.starts[0]!.opening.resolve();
    await settle();
    expect(world.client.status).toBe("connecting");
    world.microphone.starts[1]!.opening.resolve();
    await Promise.all([connecting, switched]);
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", activeInputDeviceId: "usb" });
  });

  test("one that is refused is reported once, and the conversation goes on with the one before", async () => {
    const world = createWorld();
    await world.connect();
    const switched = world.client.setPreferredInputDevice("usb");
    await settle();
    world.microphone.starts[1]!.opening.reject(Object.assign(new Error("In use."), { code: "device-in-use" }));
    await expect(switched).rejects.toMatchObject({ code: "device-in-use" });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual(["error device-in-use"]);
    world.microphone.starts[2]!.opening.resolve();
    await settle();
    const before = { preferredInputDeviceId: null, activeInputDeviceId: "built-in" };
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", audioInput: true, ...before });
  });
});
