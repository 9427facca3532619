import { describe, expect, it } from "vitest";
import { createWorld } from "../../test/world.js";
import { LayercodeClient } from "./client.js";

const make = (options: object) =>
  new LayercodeClient({ agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize", ...options });
const action = () => {};
const message = { id: "typed:1", turnId: null, role: "user", text: "Hello.", status: "final", createdAt: 1 };
const input = { start: action, stop: action, flush: action, setMuted: action, now: action, level: action };
const output = { start: action, stop: action, enqueue: action, end: action, interrupt: action, level: action };
const methods = { error: action, warn: action, info: action, debug: action };
const circle: Record<string, unknown> = {};
circle.self = circle;

const switches = ["audioInput", "audioOutput", "deferAudioInit", "enableAmplitudeMonitoring", "wakeLock", "exclusive"];
const functions = ["authorizeSessionRequest", "audioProcessor", "WebSocket", "fetch"];
const callbacks = [
  ...["onConnect", "onDisconnect", "onError", "onMessage", "onDataMessage", "onStatusChange"],
  ...["onUserAmplitudeChange", "onAgentAmplitudeChange", "onUserIsSpeakingChange", "onAgentSpeakingChange"],
  ...["onMuteStateChange", "audioInputChanged", "audioOutputChanged"],
];

/** By option: what it may be, and what it may not. */
const values: Record<string, { right: unknown[]; wrong: unknown[] }> = {
  agentId: { right: ["ag-1"], wrong: [undefined, null, "", " ", 1, {}] },
  authorizeSessionEndpoint: { right: ["/a", "https://app.test/a"], wrong: [undefined, null, "", 1, new URL("a:b")] },
  conversationId: { right: [undefined, null, "lc_conv_1"], wrong: ["", " ", 1, {}] },
  metadata: { right: [{}, { a: 1 }, action], wrong: [null, [], "a", 1] },
  volume: { right: [0, 0.5, 1], wrong: [-0.1, 1.1, Number.NaN, "1", null] },
  frameMs: { right: [10, 20, 100], wrong: [9, 101, Number.NaN, "20"] },
  connectTimeout: {
    right: [1, 0.5, 2 ** 31 - 1],
    wrong: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "1000"],
  },
  maxMessages: { right: [1, 500], wrong: [0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "500"] },
  reconnect: { right: [false, {}], wrong: [true, null, 8, [], "false"] },
  "reconnect.maxAttempts": { right: [0, 8], wrong: [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "8", null] },
  "reconnect.baseDelay": { right: [1, 250], wrong: [0, -1, Number.NaN, 2 ** 31, "250"] },
  "reconnect.maxDelay": { right: [1, 8000], wrong: [0, -1, Number.NaN, 2 ** 31, "8000"] },
  "reconnect.shouldReconnect": { right: [action], wrong: [true, null, {}] },
  audioConstraints: { right: [{}, { echoCancellation: false }], wrong: [true, null, []] },
  mediaStream: { right: [{ getAudioTracks: action }], wrong: [{}, null, true, "default"] },
  url: { right: ["wss://a.test", "/ws", new URL("ws://a.test")], wrong: ["", " ", 1, null, {}] },
  workletUrl: { right: ["/worklet.js", new URL("https://a.test/w.js")], wrong: ["", 1, null] },
  credentials: { right: ["omit", "same-origin", "include"], wrong: ["all", "", null, true] },
  logLevel: {
    right: ["silent", "error", "warn", "info", "debug"],
    wrong: ["verbose", "Debug", "", "error, warn", null, 1],
  },
  logger: { right: [console, methods], wrong: [action, {}, { ...methods, warn: undefined }, null, "console"] },
  initialMessages: {
    right: [[], [message]],
    wrong: [null, "Hello.", {}, [1], [null], [{ ...message, id: 1 }], [{ id: "1" }]],
  },
  audio: {
    right: [{ input, output }],
    wrong: [
      null,
      true,
      {},
      { input },
      { input, output: { ...output, interrupt: undefined } },
      { input: output, output },
    ],
  },
  ...Object.fromEntries(switches.map((name) => [name, { right: [true, false], wrong: [null, 0, 1, "true", {}] }])),
  ...Object.fromEntries(functions.map((name) => [name, { right: [action], wrong: [null, {}, "fetch", true] }])),
  ...Object.fromEntries(callbacks.map((name) => [name, { right: [action, null], wrong: [{}, "log", true, 0] }])),
};

const given = (name: string, value: unknown) => {
  const [, field] = name.split("reconnect.");
  return field ? { reconnect: { [field]: value } } : { [name]: value };
};

describe("an option", () => {
  it.each(Object.entries(values))("%s is taken where it makes sense, and refused by name where not", (name, of) => {
    for (const value of of.right) expect(() => make(given(name, value))).not.toThrow();
    for (const value of of.wrong) {
      const refused = expect(() => make(given(name, value)));
      refused.toThrow(expect.objectContaining({ code: "invalid-option" }));
      refused.toThrow(new RegExp(`^Option "${name.replace(".", "\\.")}" is .+\\. Pass .{3,}\\.$`));
    }
  });

  it("of a client is each of these, or a required one that is given", () => {
    const world = createWorld();
    for (const name of Object.keys(world.options)) expect(Object.keys(values)).toContain(name);
  });

  it("that is refused is shown with its value and the remedy", () => {
    expect(() => make({ agentId: " " })).toThrow('Option "agentId" is " ". Pass the id of your agent');
    expect(() => make({ authorizeSessionEndpoint: undefined })).toThrow('"authorizeSessionEndpoint" is missing');
    expect(() => make({ connectTimeout: -1 })).toThrow(
      '"connectTimeout" is -1. Pass a number of milliseconds above 0.',
    );
    expect(() => make({ volume: Number.NaN })).toThrow('"volume" is NaN');
    expect(() => make({ metadata: [] })).toThrow('"metadata" is []');
    expect(() => make({ logLevel: "loud" })).toThrow(
      '"logLevel" is "loud". Pass one of silent, error, warn, info, debug.',
    );
    expect(() => make({ wakeLock: circle })).toThrow('"wakeLock" is [object Object]');
    expect(() => make({ wakeLock: "x".repeat(1000) })).toThrow(/^.{0,150}$/);
    expect(() => new LayercodeClient(undefined as never)).toThrow('"agentId" is missing');
  });

  it.each([
    ["agentID", "agentId"],
    ["onmessage", "onMessage"],
    ["audioinput", "audioInput"],
    ["URL", "url"],
  ])("that is spelt %s is refused, and the right spelling named", (wrong, right) => {
    expect(() => make({ [wrong]: undefined })).toThrow(`There is no option "${wrong}". Pass "${right}".`);
    expect(() => make({ reconnect: { maxattempts: 3 } })).toThrow('Pass "reconnect.maxAttempts"');
  });

  it("that this version does not know is left alone: it may be one of another's", () => {
    expect(() => make({ enableVAD: true, vadResumeDelay: 500, onDeviceSwitched: action })).not.toThrow();
  });

  it("that setOptions() refuses changes nothing", async () => {
    const { client, options, log } = createWorld();
    expect(() => client.setOptions({ ...options, onError: action, audioInput: false, volume: 2 })).toThrow(/"volume"/);
    expect(client.getSnapshot()).toMatchObject({ audioInput: true, volume: 1 });
    await client.sendClientResponseText("hello").catch(action);
    expect(log).toEqual(["error not-connected"]);
  });
});
