import { createNanoEvents } from "nanoevents";
import { callbackOf, type LayercodeClientCallbacks } from "../options/callbacks.js";
import type { ClientEvents } from "../options/client-events.js";
import { reportListenerError } from "../runtime/listener-error.js";
import type { Undo } from "../undo.js";
import type { ClientState } from "./snapshot.js";

/** What of the snapshot is an event when it changes. */
const observed = {
  status: "status",
  reconnecting: "reconnecting",
  agentState: "agentState",
  turn: "turn",
  messages: "transcript",
  userSpeaking: "userSpeaking",
  agentSpeaking: "agentSpeaking",
  isMuted: "mute",
  audioInput: "audioInput",
  audioOutput: "audioOutput",
  microphoneSilent: "audio:silent-microphone",
} as const satisfies Partial<Record<keyof ClientState, keyof ClientEvents>>;

/** Whoever listens to a client: callbacks of its options, and listeners of `on()`. One that throws stops nobody. */
export class Listeners {
  readonly #emitter = createNanoEvents<ClientEvents>();
  readonly #getCallbacks: () => LayercodeClientCallbacks;

  constructor(getCallbacks: () => LayercodeClientCallbacks) {
    this.#getCallbacks = getCallbacks;
  }

  on<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): Undo {
    let isOn = true;
    // Also while the event is being emitted: nanoevents would still call it.
    const called = ((payload: never) => isOn && (listener as (payload: never) => void)(payload)) as ClientEvents[E];
    const off = this.#emitter.on(event, guarded(called));
    return () => {
      isOn = false;
      off();
    };
  }

  emit<E extends keyof ClientEvents>(event: E, payload: Parameters<ClientEvents[E]>[0]): void {
    const callback = this.#callbackOf(event);
    if (callback) guarded(callback)(payload as never);
    this.#emitter.emit(event, ...([payload] as Parameters<ClientEvents[E]>));
  }

  /** The events of what differs between two snapshots. */
  emitChanges(before: ClientState, after: ClientState): void {
    if (before === after) return;
    for (const [key, event] of Object.entries(observed)) {
      const field = key as keyof typeof observed;
      if (before[field] !== after[field]) this.emit(event, after[field] as never);
    }
  }

  /** Whether anybody listens to the event. */
  has(event: keyof ClientEvents): boolean {
    return Boolean(this.#callbackOf(event) || this.#emitter.events[event]?.length);
  }

  /** Forgets all that came by `on()`. */
  clear(): void {
    this.#emitter.events = {};
  }

  #callbackOf<E extends keyof ClientEvents>(event: E): ClientEvents[E] | undefined {
    const name = callbackOf(event);
    return name && (this.#getCallbacks()[name] as ClientEvents[E] | undefined);
  }
}

/** nanoevents stops at the first listener that throws. */
function guarded<L extends ClientEvents[keyof ClientEvents]>(listener: L): L {
  return ((payload: never) => {
    try {
      (listener as (payload: never) => void)(payload);
    } catch (error) {
      reportListenerError(error);
    }
  }) as L;
}
