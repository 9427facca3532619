import type { AudioInputDevice } from "../audio/devices.js";
import { LayercodeClient } from "../client/client.js";
import { retired } from "../client/retired.js";
import { type ClientState, initialSnapshot } from "../client/snapshot.js";
import { createStore, type Store } from "../client/store.js";
import { asLayercodeError, LayercodeError } from "../errors.js";
import { guarded } from "../runtime/listener-error.js";
import type { Undo } from "../undo.js";
import { type Amplitudes, createAmplitudeStore, initialAmplitudes } from "./amplitudes.js";
import { createDeviceStore, type DeviceLists, initialDevices } from "./devices.js";
import { type LayercodeAgentOptions, toClientOptions } from "./options.js";
import { undoAll } from "./undo-all.js";

/** Every field of an agent that a component may read. */
export interface AgentValues extends ClientState, Amplitudes, DeviceLists {}

export type AgentField = keyof AgentValues;

/** The name of every field: a binding makes a getter or a ref of each. */
export const agentFields = Object.keys({
  ...initialSnapshot(),
  ...initialAmplitudes,
  ...initialDevices,
}) as readonly AgentField[];

/** Fields of the snapshot that the client keeps up to date only while it is asked to: while they have a subscriber. */
const watched: readonly AgentField[] = ["inputDevices", "inputPermission", "outputDevices", "outputPermission"];

/** Methods of the client that components get unchanged. A new one for components is added here. */
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
  "diagnose",
  "startRecording",
  "getStats",
] as const satisfies readonly (keyof LayercodeClient)[];

// biome-ignore lint/suspicious/noExplicitAny: of whatever data and tools.
type MethodsOfClient<Sent = any> = Pick<LayercodeClient<any, any, Sent>, (typeof ofClient)[number]>;

/** What a component may call. Each method is bound, and the same function for the agent's whole life. */
// biome-ignore lint/suspicious/noExplicitAny: what is sent without a schema.
export interface AgentMethods<Sent = any> extends MethodsOfClient<Sent> {
  /** Switches the microphone on or off; a function gets the previous value. */
  setAudioInput(on: boolean | ((previous: boolean) => boolean)): Promise<void>;
  /** Switches the agent's speech on or off; a function gets the previous value. */
  setAudioOutput(on: boolean | ((previous: boolean) => boolean)): Promise<void>;
  /** Lists the microphones now, without a prompt. */
  refreshInputDevices(): Promise<AudioInputDevice[]>;
  /** Switches to this microphone; `null` follows the system. */
  selectInputDevice(deviceId: string | null): Promise<void>;
}

/** A client as a binding needs it: with a subscription for each field, so that a change renders only what reads it. */
export interface Agent {
  readonly client: LayercodeClient;
  readonly methods: AgentMethods;
  /**
   * As `LayercodeClient.setOptions`; options that make no sense throw nothing, they are in `error`, and their `onError` is
   * called, those that the agent was made with included. A binding gives them once it is there: not while it renders.
   */
  setOptions(options: LayercodeAgentOptions): void;
  get<F extends AgentField>(field: F): AgentValues[F];
  /**
   * Calls back when the field has changed. Levels are measured, and devices listed, only while such a field has a
   * subscriber. Returns the undo.
   */
  subscribe(field: AgentField, listener: () => void): Undo;
  /**
   * The component is gone that made this agent: disconnects. From its first line on, `connect()` and `prepare()` reject
   * with `aborted`, also where a callback of this end calls them.
   */
  retire(): void;
  /** The component is there, or there again, as StrictMode mounts it twice: `retire()` counts no more. */
  revive(): void;
}

/** A store that holds some of the fields: the snapshot, the amplitudes, or the device lists. */
type Source = Pick<Store<Partial<AgentValues>>, "get" | "subscribe">;

/**
 * Makes an agent from options, or for an existing client. It opens nothing; `retire()` ends one of options. Options that make
 * no sense throw nothing, for a component that throws takes its whole page along: they are in the field `error`, and
 * `connect()` rejects with the same, until `setOptions()` brings better ones.
 */
export function createAgent(from: LayercodeAgentOptions | LayercodeClient): Agent {
  const adopted = from instanceof LayercodeClient;
  const refusal = createStore<LayercodeError | null>(null);
  const client = adopted ? from : clientOf(from, refusal);
  let isGone = false;
  const follow = () => {
    const why = isGone ? unmounted() : refusal.get();
    if (why) retired.set(client, why);
    else retired.delete(client);
  };
  if (refusal.get()) follow();
  let reported: LayercodeError | null = null;
  const options = createStore<Partial<LayercodeAgentOptions>>(adopted ? {} : (from ?? {}));
  const amplitudes = createAmplitudeStore(client, options);
  const devices = createDeviceStore(client, options);
  const snapshot = { get: client.getSnapshot, subscribe: client.subscribe };
  const sourceOf = (field: AgentField) =>
    [amplitudes, devices, snapshot].find((source: Source) => field in source.get()) as Source;
  const get = <F extends AgentField>(field: F) =>
    ((field === "error" && refusal.get()) || (sourceOf(field).get() as AgentValues)[field]) as AgentValues[F];
  return {
    client,
    methods: methodsOf(client, devices.refresh),
    setOptions(next) {
      try {
        client.setOptions(toClientOptions(next));
        refusal.set(null);
        options.set(next);
      } catch (error) {
        refuse(refusal, error);
      }
      follow();
      const refused = refusal.get();
      // Not on a server: nothing is opened there, and what throws would end its process.
      if (refused && refused !== reported && typeof window === "object") guarded(() => next?.onError?.(refused));
      reported = refused;
    },
    get,
    subscribe(field, listener) {
      let last = get(field);
      const changed = () => {
        const next = get(field);
        if (Object.is(last, next)) return;
        last = next;
        listener();
      };
      const undo = [sourceOf(field).subscribe(changed)];
      // Not on a server, where there are none.
      if (watched.includes(field) && typeof window === "object") undo.push(client.on("devicesListed", () => {}));
      // Who shows the error listens to it.
      if (field === "error")
        undo.push(
          refusal.subscribe(changed),
          client.on("error", () => {}),
        );
      return undoAll(...undo);
    },
    retire() {
      isGone = true;
      follow();
      void client.disconnect();
    },
    revive() {
      isGone = false;
      follow();
    },
  };
}

/** Its client. Of options that make no sense it is one that opens nothing, until it is given others. */
function clientOf(options: LayercodeAgentOptions, refusal: Store<LayercodeError | null>): LayercodeClient {
  try {
    return new LayercodeClient(toClientOptions(options));
  } catch (error) {
    refuse(refusal, error);
    return new LayercodeClient({ agentId: "unknown", authorizeSessionEndpoint: "unknown" });
  }
}

/** Keeps why options were refused; the same again is no news, for React gives them with each render. */
function refuse(refusal: Store<LayercodeError | null>, error: unknown): void {
  const refused = asLayercodeError(error, "invalid-option");
  if (refused.message !== refusal.get()?.message) refusal.set(refused);
}

function unmounted(): LayercodeError {
  return new LayercodeError(
    "aborted",
    "The component of this client was unmounted. Make a LayercodeClient that outlives it.",
  );
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
