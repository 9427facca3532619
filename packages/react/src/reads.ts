import type { LayercodeClient, Undo } from "@layercode/core";
import type { Agent, AgentField, AgentMethods, AgentValues } from "@layercode/core/bindings";
import { agentFields } from "@layercode/core/bindings";

/** What a component reads from: every field, every method, and the client. */
export type AgentSource = Readonly<AgentValues> & AgentMethods & { readonly client: LayercodeClient };

/** Which fields were read, and as what. */
export type Reads = Map<AgentField, unknown>;

/** The agent as an object: each field is a getter, and `note` learns what was read. */
export function readable(agent: Agent, note: (field: AgentField, value: unknown) => void): AgentSource {
  const source = { ...agent.methods, client: agent.client };
  for (const field of agentFields) {
    const get = () => {
      const value = agent.get(field);
      note(field, value);
      return value;
    };
    // Of the object's own, so that spreading it takes the fields along.
    Object.defineProperty(source, field, { enumerable: true, get });
  }
  return source as AgentSource;
}

/** Whether everything that was read would be read the same now. */
export function isCurrent(agent: Agent, reads: Reads): boolean {
  return [...reads].every(([field, value]) => Object.is(agent.get(field), value));
}

/** Listens to those fields of an agent that were read, and to no other: an unread level is not measured. */
export class ReadFields {
  /** What was read; `update()` follows it. */
  reads: () => Reads = () => new Map();
  readonly #undo = new Map<AgentField, Undo>();
  #listener: (() => void) | null = null;
  #updating = false;

  constructor(private readonly agent: Agent) {}

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): Undo => {
    this.#listener = listener;
    this.update();
    return () => {
      this.#listener = null;
      this.update();
    };
  };

  /** Listens to what is read by now. */
  readonly update = (): void => {
    // Microphones say "loading" while they are being subscribed to.
    if (this.#updating) return;
    this.#updating = true;
    const wanted: Reads = this.#listener ? this.reads() : new Map();
    for (const [field, undo] of this.#undo) {
      if (wanted.has(field)) continue;
      this.#undo.delete(field);
      undo();
    }
    for (const field of wanted.keys())
      if (!this.#undo.has(field)) this.#undo.set(field, this.agent.subscribe(field, this.#changed));
    this.#updating = false;
    // What changed before it was listened to is told now.
    this.#listener?.();
  };

  readonly #changed = (): void => {
    this.#listener?.();
    this.update();
  };
}
