import type { LayercodeClientOptions } from "../src/index.js";
import type { ReconnectOptions } from "../src/machine/connection/reconnect-policy.js";
import { type CallbackName, callbackNames } from "../src/options/callbacks.js";

/** What an option may be, and what it may not. */
interface Values {
  right: unknown[];
  wrong: unknown[];
}

const action = () => {};
const message = { id: "typed:1", turnId: null, role: "user", text: "Hello.", status: "final", createdAt: 1 };
const input = { start: action, stop: action, flush: action, setMuted: action, now: action, level: action };
const output = { start: action, stop: action, enqueue: action, end: action, interrupt: action, level: action };
const schema = { "~standard": { version: 1, vendor: "test", validate: action } };
const methods = { error: action, warn: action, info: action, debug: action };

const onOrOff: Values = { right: [true, false], wrong: [null, 0, 1, "true", {}] };
const aFunction: Values = { right: [action], wrong: [null, {}, "fetch", true] };
const callback: Values = { right: [action, null], wrong: [{}, "log", true, 0] };

/** By option; the type checker asks for an example of every new one. */
export const optionValues: Record<keyof LayercodeClientOptions, Values> = {
  agentId: { right: ["ag-1"], wrong: [undefined, null, "", " ", 1, {}] },
  authorizeSessionEndpoint: { right: ["/a", "https://app.test/a"], wrong: [undefined, null, "", 1, new URL("a:b")] },
  conversationId: { right: [undefined, null, "lc_conv_1"], wrong: ["", " ", 1, {}] },
  metadata: { right: [{}, { a: 1 }, action], wrong: [null, [], "a", 1] },
  authorizeSessionRequest: aFunction,
  credentials: { right: ["omit", "same-origin", "include"], wrong: ["all", "", null, true] },
  connectTimeout: {
    right: [1, 0.5, 2 ** 31 - 1],
    wrong: [0, -1, NaN, Infinity, 2 ** 31, "1000"],
  },
  preConnectBuffer: { right: [true, false, 0, 500, 10_000], wrong: [null, -1, 10_001, NaN, "true", {}] },
  reconnect: { right: [false, {}], wrong: [true, null, 8, [], "false"] },
  audioInput: onOrOff,
  audioOutput: onOrOff,
  volume: { right: [0, 0.5, 1], wrong: [-0.1, 1.1, NaN, "1", null] },
  deferAudioInit: onOrOff,
  enableAmplitudeMonitoring: onOrOff,
  audioConstraints: { right: [{}, { echoCancellation: false }], wrong: [true, null, []] },
  mediaStream: { right: [{ getAudioTracks: action }], wrong: [{}, null, true, "default"] },
  audioProcessor: aFunction,
  frameMs: { right: [10, 20, 100], wrong: [9, 101, NaN, "20"] },
  playout: { right: ["adaptive", "plain"], wrong: ["", "fast", null, true] },
  workletUrl: { right: ["/worklet.js", new URL("https://a.test/w.js")], wrong: ["", 1, null] },
  enableVAD: onOrOff,
  vad: {
    right: ["silero", "energy", false, { frameLength: 512, process: action, reset: action }],
    wrong: [true, null, "v5", "", {}, { frameLength: 512, process: action }],
  },
  vadModelUrl: { right: ["/vad.bin", new URL("https://a.test/vad.bin")], wrong: ["", 1, null] },
  vadWorkletUrl: { right: ["/vad.js", new URL("https://a.test/vad.js")], wrong: ["", 1, null] },
  recordingWorkletUrl: { right: ["/rec.js", new URL("https://a.test/rec.js")], wrong: ["", 1, null] },
  bargeIn: { right: ["local", "server", "off"], wrong: ["", "both", true, false, null] },
  vadResumeDelay: { right: [0, 500, 60_000], wrong: [-1, 60_001, NaN, Infinity, "500", null] },
  userTiming: onOrOff,
  onHidden: { right: ["continue", "mute", "end"], wrong: ["pause", "", true, null] },
  mediaSession: onOrOff,
  audioSession: onOrOff,
  rememberDevices: { right: [true, false, "my-app"], wrong: [null, "", " ", 1, {}] },
  wakeLock: onOrOff,
  exclusive: onOrOff,
  initialMessages: {
    right: [[], [message]],
    wrong: [null, "Hello.", {}, [1], [null], [{ ...message, id: 1 }], [{ id: "1" }]],
  },
  maxMessages: { right: [1, 500], wrong: [0, -1, 0.5, 1.5, NaN, Infinity, "500"] },
  logger: { right: [console, methods], wrong: [action, {}, { ...methods, warn: undefined }, null, "console"] },
  logLevel: {
    right: ["silent", "error", "warn", "info", "debug"],
    wrong: ["verbose", "Debug", "", "error, warn", null, 1],
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
  data: {
    right: [schema, Object.assign(() => {}, schema)],
    wrong: [null, {}, true, "zod", { "~standard": {} }, action],
  },
  clientData: {
    right: [schema, Object.assign(() => {}, schema)],
    wrong: [null, {}, true, "zod", { "~standard": {} }, action],
  },
  tools: {
    right: [{}, { showOrder: { input: schema, run: action } }],
    wrong: [null, [], true, { showOrder: action }, { showOrder: { input: schema } }, { showOrder: { run: action } }],
  },
  toolTimeout: { right: [1, 60_000], wrong: [0, -1, NaN, Infinity, 2 ** 31, "1000", null] },
  url: { right: ["wss://a.test", "/ws", new URL("ws://a.test")], wrong: ["", " ", 1, null, {}] },
  WebSocket: aFunction,
  fetch: aFunction,
  ...(Object.fromEntries(callbackNames.map((name) => [name, callback])) as Record<CallbackName, Values>),
};

/** By field of the option `reconnect`. */
export const reconnectValues: Record<keyof ReconnectOptions, Values> = {
  maxElapsedMs: {
    right: [1, 60_000, Infinity],
    wrong: [0, -1, NaN, -Infinity, 2 ** 31, "60000", null],
  },
  maxAttempts: {
    right: [0, 8, Infinity],
    wrong: [-1, 1.5, NaN, -Infinity, "8", null],
  },
  baseDelay: { right: [1, 250], wrong: [0, -1, NaN, 2 ** 31, "250"] },
  maxDelay: { right: [1, 8000], wrong: [0, -1, NaN, 2 ** 31, "8000"] },
  shouldReconnect: { right: [action], wrong: [true, null, {}] },
};
