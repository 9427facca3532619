import { describe, expect, test, vi } from "vitest";
import { longConnected, shown, stopTime } from "../../test/long-connected.js";

stopTime();

describe("what the app sends", () => {
  test("while reconnecting waits, is shown as queued, and is written once, in order, behind client.ready", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    const sent = [
      world.client.sendClientResponseText("one"),
      world.client.sendClientResponseData({ two: 2 }),
      world.client.sendClientResponseText("three"),
    ];
    expect(shown(world).messages).toMatchObject([{ delivery: "queued" }, { delivery: "queued" }]);
    await world.comesBack();
    await Promise.all(sent);
    expect(world.socket.sent).toEqual([
      { type: "client.ready" },
      { type: "client.response.text", content: "one" },
      { type: "client.response.data", data: { two: 2 } },
      { type: "client.response.text", content: "three" },
    ]);
    expect(shown(world).messages.some((message) => "delivery" in message)).toBe(false);
    vi.advanceTimersByTime(5000);
    world.socket.says({ type: "something.new" });
    world.socket.drop(1006);
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  test("while reconnecting is the data of that moment, whatever the app does with its object afterwards", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    const state: Record<string, unknown> = { step: 1 };
    const sent = [world.client.sendClientResponseData(state)];
    state.step = 2;
    sent.push(world.client.sendClientResponseData(state));
    state.itself = state;
    await world.comesBack();
    await Promise.all(sent);
    const data = world.socket.sent.slice(1);
    expect(data).toMatchObject([{ data: { step: 1 } }, { data: { step: 2 } }]);
  });

  test("beyond 50 is refused", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    const sent = Array.from({ length: 50 }, (_, n) => world.client.sendClientResponseData({ n }));
    await expect(world.client.sendClientResponseText("more")).rejects.toMatchObject({ code: "not-connected" });
    await expect(world.client.sendClientResponseData({})).rejects.toMatchObject({ code: "not-connected" });
    expect(shown(world).messages).toEqual([]);
    await world.comesBack();
    await Promise.all(sent);
    expect(world.socket.sent).toHaveLength(51);
  });

  test("and waits when the session ends was not sent: the call rejects, the message says so", async () => {
    const world = await longConnected();
    world.socket.drop(1006);
    const sent = world.client.sendClientResponseText("too late");
    await world.client.disconnect();
    await expect(sent).rejects.toMatchObject({ code: "not-connected" });
    expect(shown(world).messages).toMatchObject([{ text: "too late", delivery: "failed" }]);
    await world.connect();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  test("within 2 s of an unclean close may be lost: it is marked, and not sent again", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("old");
    world.socket.says({ type: "something.new" });
    vi.advanceTimersByTime(1);
    await world.client.sendClientResponseText("echoed");
    await world.client.sendClientResponseText("doubtful");
    world.socket.says({ type: "user.transcript", turn_id: "u1", content: "echoed" });
    vi.advanceTimersByTime(2000);
    world.socket.drop(1006);
    expect(shown(world).messages.map(({ text, delivery }) => [text, delivery])).toEqual([
      ["old", undefined],
      ["echoed", undefined],
      ["doubtful", "unknown"],
    ]);
    await world.comesBack();
    expect(world.socket.types).toEqual(["client.ready"]);
    world.socket.says({ type: "user.transcript", turn_id: "u2", content: "doubtful" });
    expect(shown(world).messages.at(-1)).not.toHaveProperty("delivery");
  });

  test("while the server is closing the connection waits for the next one, though nothing has said so yet", async () => {
    const world = await longConnected();
    const [old] = world.sockets;
    // The close frame is here, the event is not.
    old!.readyState = 2;
    const sent = [
      world.client.sendClientResponseText("one"),
      world.client.sendClientResponseData({ two: 2 }),
      world.client.sendClientResponseText("one"),
    ];
    await Promise.all(sent);
    expect(shown(world).messages).toMatchObject([{ delivery: "queued" }, { delivery: "queued" }]);
    world.microphone.hearFrame(11);
    old!.drop(1001, "", true);
    await world.comesBack();
    expect(old!.types).toEqual(["client.ready"]);
    expect(world.socket.sent).toEqual([
      { type: "client.ready" },
      { type: "client.response.text", content: "one" },
      { type: "client.response.data", data: { two: 2 } },
      { type: "client.response.text", content: "one" },
    ]);
    expect(shown(world).messages.some((message) => "delivery" in message)).toBe(false);
  });

  test("while it is closing for good was not sent: the message says so", async () => {
    const world = await longConnected();
    world.socket.readyState = 2;
    await world.client.sendClientResponseText("too late");
    world.socket.drop(1000);
    expect(shown(world).messages).toMatchObject([{ text: "too late", delivery: "failed" }]);
  });

  test("in the moment of the end was not sent either, and is not sent later", async () => {
    const world = await longConnected();
    world.socket.readyState = 2;
    const off = world.client.on("turn", () => {
      void world.client.sendClientResponseText("too late");
      world.socket.drop(1000);
    });
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    off();
    expect(shown(world)).toMatchObject({ status: "disconnected", messages: [{ delivery: "failed" }] });
    await world.connect();
    expect(world.socket.types).toEqual(["client.ready"]);
  });

  test("before a clean close has arrived", async () => {
    const world = await longConnected();
    await world.client.sendClientResponseText("hello");
    world.socket.drop(1001, "", true);
    expect(shown(world).status).toBe("reconnecting");
    expect(shown(world).messages[0]).not.toHaveProperty("delivery");
  });
});
