import { callbackOf, type LayercodeClientCallbacks } from "../options/callbacks.js";
import type { ClientEvents } from "../options/client-events.js";
import { guarded } from "../runtime/listener-error.js";
import { Subscriptions } from "../runtime/subscriptions.js";
import type { Undo } from "../undo.js";
import type { ClientState } from "./snapshot.js";

/** What of the snapshot is an event when it changes, in the order in which Layercode's own client calls back. */
const observed = {
  status: "status",
  reconnecting: "reconnecting",
  agentState: "agentState",
  turn: "turn",
  messages: "transcript",
  // Who interrupts begins to speak when the other has stopped.
  agentSpeaking: "agentSpeaking",
  userSpeaking: "userSpeaking",
  isMuted: "mute",
  talkingWhileMuted: "talkingWhileMuted",
  audioInput: "audioInput",
  audioOutput: "audioOutput",
  microphoneSilent: "audio:silent-microphone",
} as const satisfies Partial<Record<keyof ClientState, keyof ClientEvents>>;

/** Whoever listens to a client: callbacks of its options, and listeners of `on()`. One that throws stops nobody. */
export class Listeners {
  readonly #subscriptions: Partial<Record<keyof ClientEvents, Subscriptions<never>>> = {};
  #getCallbacks: () => LayercodeClientCallbacks;

  constructor(getCallbacks: () => LayercodeClientCallbacks) {
    this.#getCallbacks = getCallbacks;
  }

  on<E extends keyof ClientEvents>(event: E, listener: ClientEvents[E]): Undo {
    this.#subscriptions[event] ??= new Subscriptions();
    return this.#subscriptions[event].add(listener);
  }

  emit<E extends keyof ClientEvents>(event: E, payload: Parameters<ClientEvents[E]>[0]): void {
    guarded(() => this.#callbackOf(event)?.(payload as never));
    this.#subscriptions[event]?.tell(payload as never);
  }

  /** The events of what differs between two snapshots. */
  emitChanges(before: ClientState, after: ClientState): void {
    if (before === after) return;
    for (const [key, event] of Object.entries(observed)) {
      const field = key as keyof typeof observed;
      const value = after[field];
      if (before[field] !== value) this.emit(event, value as never);
    }
  }

  /** The events that somebody has listened to by `on()`, whatever they are called. */
  get listened(): readonly string[] {
    return Object.keys(this.#subscriptions);
  }

  /** Whether anybody listens to the event. */
  has(event: keyof ClientEvents): boolean {
    return Boolean(this.#callbackOf(event) || this.#subscriptions[event]?.size);
  }

  /** Forgets all of them, the callbacks of the options too. */
  clear(): void {
    this.#getCallbacks = () => ({});
    for (const subscriptions of Object.values(this.#subscriptions)) subscriptions.clear();
  }

  #callbackOf<E extends keyof ClientEvents>(event: E): ClientEvents[E] | undefined {
    const name = callbackOf(event);
    return name && (this.#getCallbacks()[name] as ClientEvents[E] | undefined);
  }
}
