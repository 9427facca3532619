import type { AudioInputDevice } from "../audio/devices.js";
import { LayercodeClient } from "../client/client.js";
import { type ClientState, initialSnapshot } from "../client/snapshot.js";
import type { Store } from "../client/store.js";
import type { Undo } from "../undo.js";
import { type Amplitudes, createAmplitudeStore, initialAmplitudes } from "./amplitudes.js";
import { createDeviceStore, type DeviceLists, initialDevices } from "./devices.js";
import { type LayercodeAgentOptions, toClientOptions } from "./options.js";

/** Everything that a component may read of an agent. */
export interface AgentValues extends ClientState, Amplitudes, DeviceLists {}

export type AgentField = keyof AgentValues;

/** Every field, for bindings that make a getter or a ref of each. */
export const agentFields = Object.keys({
  ...initialSnapshot(),
  ...initialAmplitudes,
  ...initialDevices,
}) as readonly AgentField[];

/** What the client does for a component as it does it for everybody. */
const ofClient = [
  "connect",
  "disconnect",
  "dispose",
  "prepare",
  "mute",
  "unmute",
  "triggerUserTurnStarted",
  "triggerUserTurnFinished",
  "sendClientResponseText",
  "sendClientResponseData",
  "setVolume",
  "setOutputDevice",
  "resumeAudio",
] as const satisfies readonly (keyof LayercodeClient)[];

type MethodsOfClient = Pick<LayercodeClient, (typeof ofClient)[number]>;

/** What a component may do; each is bound and stays the same function. */
export interface AgentMethods extends MethodsOfClient {
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
   * Calls back when a field has changed. Levels are measured, and devices listed, only while somebody asks for
   * them here. Returns the undo.
   */
  subscribe(field: AgentField, listener: () => void): Undo;
}

/** Some of the fields. */
type Source = Pick<Store<Partial<AgentValues>>, "get" | "subscribe">;

/** Makes an agent, of options or around a client that is there. It opens nothing: to end it, `client.disconnect()`. */
export function createAgent(from: LayercodeAgentOptions | LayercodeClient): Agent {
  const adopted = from instanceof LayercodeClient;
  const client = adopted ? from : new LayercodeClient(toClientOptions(from));
  let options: Partial<LayercodeAgentOptions> = adopted ? {} : from;
  const amplitudes = createAmplitudeStore(client, () => options.enableAmplitudeMonitoring !== false);
  const devices = createDeviceStore(
    client,
    () => options.autoLoadInputDevices !== false || client.getSnapshot().audioInput,
  );
  const snapshot = { get: client.getSnapshot, subscribe: client.subscribe };
  const sourceOf = (field: AgentField) =>
    [amplitudes, devices, snapshot].find((source: Source) => field in source.get()) as Source;
  const get = <F extends AgentField>(field: F) => (sourceOf(field).get() as AgentValues)[field];
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
      return sourceOf(field).subscribe(() => {
        const next = get(field);
        if (Object.is(last, next)) return;
        last = next;
        listener();
      });
    },
  };
}

function methodsOf(client: LayercodeClient, refreshInputDevices: AgentMethods["refreshInputDevices"]): AgentMethods {
  const switched = (field: "audioInput" | "audioOutput", on: boolean | ((previous: boolean) => boolean)) =>
    typeof on === "function" ? on(client.getSnapshot()[field]) : on;
  const bound = ofClient.map((name) => [name, (client[name] as (...given: never[]) => unknown).bind(client)]);
  return {
    ...(Object.fromEntries(bound) as MethodsOfClient),
    setAudioInput: (on) => client.setAudioInput(switched("audioInput", on)),
    setAudioOutput: (on) => client.setAudioOutput(switched("audioOutput", on)),
    refreshInputDevices,
    selectInputDevice: (deviceId) => client.setPreferredInputDevice(deviceId),
  };
}
