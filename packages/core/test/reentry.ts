// What an app may do from within what a client calls: every method, from every callback.
import type { LayercodeClient } from "../src/client/client.js";
import { type CallbackName, callbackNames } from "../src/options/callbacks.js";
import type { LayercodeClientOptions } from "../src/options/layercode-client-options.js";
import { eventNames } from "../src/options/unknown-names.js";
import type { StandardSchemaV1 } from "../src/standard-schema.js";
import type { Playground } from "./playground.js";

/** The name of every method of a client: one that is new does not compile without its line in `methods`. */
type MethodName = keyof {
  [Name in keyof LayercodeClient as Name extends CallbackName
    ? never
    : LayercodeClient[Name] extends (...given: never[]) => unknown
      ? Name
      : never]: Name;
};

/** A schema that lets everything through. */
const anything: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };

/** Two that a schedule sends must differ: nothing may be written twice. */
let sent = 0;

/** A call of each method, with arguments that change something. */
export const methods: Record<MethodName, (client: LayercodeClient, options: LayercodeClientOptions) => unknown> = {
  connect: (client) => client.connect(),
  disconnect: (client) => client.disconnect(),
  dispose: (client) => client.dispose(),
  prepare: (client) => client.prepare(),
  setOptions: (client, options) => {
    const isOther = client.getSnapshot().volume === 0.25;
    client.setOptions({ ...options, volume: isOther ? 1 : 0.25, conversationId: isOther ? "lc_conv_2" : null });
  },
  triggerUserTurnStarted: (client) => client.triggerUserTurnStarted(),
  triggerUserTurnFinished: (client) => client.triggerUserTurnFinished(),
  sendClientResponseText: (client) => client.sendClientResponseText(`From a callback, ${++sent}.`),
  sendClientResponseData: (client) => client.sendClientResponseData({ from: "a callback", number: ++sent }),
  setAudioInput: (client) => client.setAudioInput(!client.getSnapshot().audioInput),
  setAudioOutput: (client) => client.setAudioOutput(!client.getSnapshot().audioOutput),
  setVolume: (client) => client.setVolume(client.getSnapshot().volume === 1 ? 0.5 : 1),
  setOutputDevice: (client) => client.setOutputDevice(client.getSnapshot().outputDeviceId ? null : "hdmi"),
  setPreferredInputDevice: (client) =>
    client.setPreferredInputDevice(client.getSnapshot().preferredInputDeviceId ? null : "usb"),
  setInputDevice: (client) => client.setInputDevice(client.getSnapshot().preferredInputDeviceId ? null : "usb"),
  // There is no list outside of a browser.
  listDevices: (client) => client.listDevices().catch(() => {}),
  resumeAudio: (client) => client.resumeAudio(),
  mute: (client) => client.mute(),
  unmute: (client) => client.unmute(),
  addTool: (client) => client.addTool("added", { input: anything, run: () => {} }),
  on: (client) => client.on("status", () => {}),
  subscribe: (client) => client.subscribe(() => {}),
  getSnapshot: (client) => client.getSnapshot(),
  getStream: (client) => client.getStream(),
  // It lasts for as long as its clock stands.
  diagnose: (client) => client.diagnose({ signal: AbortSignal.abort() }).catch(() => {}),
  // The ports of these tests are the app's own.
  startRecording: (client) => client.startRecording().catch(() => {}),
  getStats: (client) => client.getStats(),
  exportSessionLog: (client) => client.exportSessionLog(),
};

/** Calls `react` from one place of the app; returns the options that this takes. */
type Caller = (scene: Playground, react: () => void) => Partial<LayercodeClientOptions>;

/** The methods of the audio ports that a client calls. */
const ofMicrophone = ["start", "stop", "flush", "setMuted", "now", "level"] as const;
const ofSpeaker = ["start", "stop", "enqueue", "interrupt", "level", "setVolume"] as const;

/** Everywhere an app's own code is called. */
export const callers: Record<string, Caller> = {
  ...Object.fromEntries(callbackNames.map((name): [string, Caller] => [name, (_, react) => ({ [name]: react })])),
  ...Object.fromEntries(
    eventNames.map((event): [string, Caller] => [
      `on("${event}")`,
      ({ client }, react) => {
        client.on(event, react);
        return {};
      },
    ]),
  ),
  "subscribe()": ({ client }, react) => {
    client.subscribe(react);
    return {};
  },
  metadata: (_, react) => ({
    metadata: () => {
      react();
      return {};
    },
  }),
  authorizeSessionRequest: (scene, react) => ({
    authorizeSessionRequest: async () => {
      react();
      return scene.wellBehaved();
    },
  }),
  fetch: ({ options }, react) => ({
    fetch: async (...request) => {
      react();
      return options.fetch(...(request as Parameters<typeof options.fetch>));
    },
  }),
  WebSocket: ({ options }, react) => ({
    WebSocket: class {
      constructor(url: string) {
        react();
        // biome-ignore lint/correctness/noConstructorReturn: the socket is the world's.
        return new options.WebSocket(url);
      }
    } as unknown as NonNullable<LayercodeClientOptions["WebSocket"]>,
  }),
  shouldReconnect: (_, react) => ({
    reconnect: {
      shouldReconnect: () => {
        react();
        return true;
      },
    },
  }),
  "a schema's validate()": (_, react) => ({ data: reacting(react) }),
  "a tool's schema": (_, react) => ({ tools: { move: { input: reacting(react), run: () => {} } } }),
  "a tool": (_, react) => ({ tools: { move: { input: anything, run: react } } }),
  logger: (_, react) => ({ logLevel: "debug", logger: { error: react, warn: react, info: react, debug: react } }),
  ...Object.fromEntries(ofMicrophone.map((name) => [`microphone.${name}()`, port("microphone", name)])),
  ...Object.fromEntries(ofSpeaker.map((name) => [`speaker.${name}()`, port("speaker", name)])),
};

function reacting(react: () => void): StandardSchemaV1 {
  const validate = (value: unknown) => {
    react();
    return { value };
  };
  return { "~standard": { version: 1, vendor: "test", validate } };
}

function port(of: "microphone" | "speaker", name: string): Caller {
  return (scene, react) => {
    const owner = scene[of] as unknown as Record<string, (...given: unknown[]) => unknown>;
    const own = owner[name]!;
    owner[name] = (...given) => {
      react();
      return own.apply(owner, given);
    };
    return {};
  };
}
