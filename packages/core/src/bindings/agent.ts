import type { AudioInputDevice } from "../audio/devices.js";
import { LayercodeClient } from "../client/client.js";
import type { ClientState } from "../client/state.js";
import type { Undo } from "../client/store.js";
import { type Amplitudes, createAmplitudeStore } from "./amplitudes.js";
import { createInputDeviceStore, type InputDeviceList } from "./input-devices.js";
import { type LayercodeAgentOptions, toClientOptions } from "./options.js";

/** Everything that a component may read of an agent. */
export interface AgentValues extends ClientState, Amplitudes, InputDeviceList {}

export type AgentField = keyof AgentValues;

/** Where each field comes from. */
const sources = {
  status: "client",
  conversationId: "client",
  config: "client",
  turn: "client",
  userSpeaking: "client",
  agentSpeaking: "client",
  isMuted: "client",
  audioInput: "client",
  audioOutput: "client",
  pushToTalk: "client",
  preferredInputDeviceId: "client",
  activeInputDeviceId: "client",
  messages: "client",
  error: "client",
  userAudioAmplitude: "amplitudes",
  agentAudioAmplitude: "amplitudes",
  availableInputDevices: "devices",
  isInputDeviceListLoading: "devices",
  inputDeviceListError: "devices",
} as const satisfies Record<AgentField, string>;

/** Every field, for bindings that make a getter or a ref of each. */
export const agentFields = Object.keys(sources) as readonly AgentField[];

/** What a component may do; each is bound and stays the same function. */
export interface AgentMethods
  extends Pick<
    LayercodeClient,
    | "connect"
    | "disconnect"
    | "mute"
    | "unmute"
    | "triggerUserTurnStarted"
    | "triggerUserTurnFinished"
    | "sendClientResponseText"
    | "sendClientResponseData"
  > {
  /** Switches the microphone, by a value or by what makes it of the one before. */
  setAudioInput(on: boolean | ((previous: boolean) => boolean)): Promise<void>;
  /** Switches the agent's speech, by a value or by what makes it of the one before. */
  setAudioOutput(on: boolean | ((previous: boolean) => boolean)): Promise<void>;
  /** Lists the microphones now, without a prompt. */
  refreshInputDevices(): Promise<readonly AudioInputDevice[]>;
  /** Chooses the microphone; `null` follows the system. */
  selectInputDevice(deviceId: string | null): Promise<void>;
}

/** A client as a binding needs it: field by field, so that only who reads a field is told of its change. */
export interface Agent {
  readonly client: LayercodeClient;
  readonly methods: AgentMethods;
  /** As `LayercodeClient.setOptions`. */
  setOptions(options: LayercodeAgentOptions): void;
  get<F extends AgentField>(field: F): AgentValues[F];
  /**
   * Calls back when a field has changed. Levels are measured, and microphones listed, only while somebody asks for
   * them here. Returns the undo.
   */
  subscribe(field: AgentField, listener: () => void): Undo;
}

/** Makes an agent, of options or around a client that is there. It opens nothing: to end it, `client.disconnect()`. */
export function createAgent(from: LayercodeAgentOptions | LayercodeClient): Agent {
  const adopted = from instanceof LayercodeClient;
  const client = adopted ? from : new LayercodeClient(toClientOptions(from));
  let options: Partial<LayercodeAgentOptions> = adopted ? {} : from;
  const amplitudes = createAmplitudeStore(client, () => options.enableAmplitudeMonitoring !== false);
  const devices = createInputDeviceStore(
    client,
    () => options.autoLoadInputDevices !== false || client.getSnapshot().audioInput,
  );
  const stores = { client: { get: client.getSnapshot, subscribe: client.subscribe }, amplitudes, devices };
  const get = <F extends AgentField>(field: F) => (stores[sources[field]].get() as AgentValues)[field];
  return {
    client,
    methods: methodsOf(client, devices.refresh),
    setOptions(next) {
      client.setOptions(toClientOptions(next));
      options = next;
    },
    get,
    subscribe(field, listener) {
      let last = get(field);
      return stores[sources[field]].subscribe(() => {
        const before = last;
        last = get(field);
        if (!Object.is(before, last)) listener();
      });
    },
  };
}

function methodsOf(client: LayercodeClient, refreshInputDevices: AgentMethods["refreshInputDevices"]): AgentMethods {
  const switched = (on: boolean | ((previous: boolean) => boolean), previous: boolean) =>
    typeof on === "function" ? on(previous) : on;
  return {
    connect: (options) => client.connect(options),
    disconnect: () => client.disconnect(),
    mute: () => client.mute(),
    unmute: () => client.unmute(),
    triggerUserTurnStarted: () => client.triggerUserTurnStarted(),
    triggerUserTurnFinished: () => client.triggerUserTurnFinished(),
    sendClientResponseText: (text) => client.sendClientResponseText(text),
    sendClientResponseData: (data) => client.sendClientResponseData(data),
    setAudioInput: (on) => client.setAudioInput(switched(on, client.getSnapshot().audioInput)),
    setAudioOutput: (on) => client.setAudioOutput(switched(on, client.getSnapshot().audioOutput)),
    refreshInputDevices,
    selectInputDevice: (deviceId) => client.setPreferredInputDevice(deviceId),
  };
}
