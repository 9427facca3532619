import { fileURLToPath } from "node:url";
import { compile } from "@layercode/client-testing/compile";
import { expect, test, vi } from "vitest";
import { callEverything, createVoiceAgent, described, handlersWithTypes, keepDevices } from "../test/real-uses.js";
import { createWorld } from "../test/world.js";
import { LayercodeClient } from "./index.js";

const file = new URL("../test/real-uses.ts", import.meta.url);
const ours = { "@layercode/js-sdk": [fileURLToPath(new URL("./index.ts", import.meta.url))] };

test("what apps have written compiles against Layercode's own types", { timeout: 60_000 }, () => {
  expect(compile([file], {})).toEqual([]);
});

test("… and against ours", { timeout: 60_000 }, () => {
  expect(compile([file], ours)).toEqual([]);
});

test("it runs: every callback is called as it is typed, every method does something", async () => {
  vi.stubGlobal("fetch", async () => Response.json(session));
  const world = createWorld();
  const log: string[] = [];
  const { authorizeSessionEndpoint: _, agentId: __, onMessage: ___, ...more } = world.options;
  world.microphone.permission = "granted";
  // The file's own client: the same class, by the name that apps import it by.
  const client = createVoiceAgent(withoutCallbacks(more) as never, (line) =>
    log.push(line),
  ) as unknown as LayercodeClient;
  expect(client).toBeInstanceOf(LayercodeClient);
  client.on("connect", () => {
    world.socket.says({ type: "turn.start", role: "user", turn_id: "u1" });
    world.socket.says({ type: "user.transcript.delta", content: "Hi", turn_id: "u1", delta_counter: 0 });
    world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" });
    world.socket.says({ type: "response.text", content: "Hello there", turn_id: "a1" });
    world.socket.says({ type: "response.data", content: { page: 2 }, turn_id: "a1" });
  });
  const opened = world.untilSocket();
  const called = callEverything(client as never, (line) => log.push(line));
  await opened;
  world.socket.open();
  await called;
  expect(log).toEqual(
    expect.arrayContaining([
      "authorize ag-123456 free new",
      "status connecting",
      "status connected",
      "connect lc_conv_1 automatic true",
      "turn user",
      "u1 0 Hi",
      "turn assistant",
      "message Hello there",
      "data 2.0",
      "muted true",
      "muted false",
      "output false",
      "output true",
      "input false",
      "lc_conv_1 false false false false 0",
      "CONNECTED",
      "status disconnected",
      "disconnect",
    ]),
  );
  expect(log.filter((line) => line.startsWith("error"))).toEqual([]);
  expect(world.socket.sent).toEqual(expect.arrayContaining([{ type: "client.response.data", data: "some text" }]));
  vi.unstubAllGlobals();
});

test("every handler with a type of its own is taken", () => {
  const all = handlersWithTypes({ userId: "1" }, () => {});
  for (const options of all) expect(described(options)).toBe("disconnected false null");
});

test("lists of devices are new arrays, of devices with names", async () => {
  const listed = [{ kind: "audioinput", deviceId: "a", groupId: "g", label: "Headset" }];
  const devices = Object.assign(new EventTarget(), { enumerateDevices: async () => listed });
  vi.stubGlobal("navigator", { mediaDevices: devices });
  const kept: unknown[] = [];
  const stop = await keepDevices((devices) => kept.push(devices));
  expect(kept).toEqual([
    [expect.objectContaining({ deviceId: "a", label: "Headset", default: true })],
    [expect.objectContaining({ deviceId: "a" })],
  ]);
  expect(kept[0]).not.toBe(kept[1]);
  stop();
  vi.unstubAllGlobals();
});

const session = {
  client_session_key: "lc_sesskey_1",
  conversation_id: "lc_conv_1",
  config: { transcription: { trigger: "automatic", can_interrupt: true } },
};

/** What the world adds to an app's options, without the callbacks, which are the app's. */
function withoutCallbacks(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => !name.startsWith("on") && value));
}
