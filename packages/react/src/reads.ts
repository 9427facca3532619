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

/** Listens to those fields of an agent that a component read, and to no other: an unread level is not measured. */
export class ReadFields {
  /** What is read by what the component shows; `update()` follows it. */
  reads: () => Reads = () => new Map();
  /** Whether what is read later counts. */
  isNoting = true;
  readonly #undo = new Map<AgentField, Undo>();
  #listener: (() => void) | null = null;
  #isFollowing = false;

  constructor(private readonly agent: Agent) {}

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): Undo => {
    this.#listener = listener;
    this.#follow();
    return () => {
      this.#listener = null;
      this.#drop(new Map());
    };
  };

  /** Something was read of what a selector gave out. */
  noteLater(reads: Reads, field: AgentField, value: unknown): void {
    // The first reading counts: a later one may be newer than what is on the screen.
    if (!this.isNoting || reads.has(field)) return;
    reads.set(field, value);
    // Not at once: what reads may be rendering, and must not make others render meanwhile.
    queueMicrotask(this.#follow);
  }

  /** What the component shows is on the screen: what only an earlier rendering read is let go. */
  update(): void {
    this.#drop(this.reads());
    this.#follow();
  }

  #drop(kept: Reads): void {
    for (const [field, undo] of this.#undo) {
      if (kept.has(field)) continue;
      this.#undo.delete(field);
      undo();
    }
  }

  readonly #follow = (): void => {
    // Microphones say "loading" while they are being subscribed to.
    if (!this.#listener || this.#isFollowing) return;
    this.#isFollowing = true;
    for (const field of this.reads().keys())
      if (!this.#undo.has(field)) this.#undo.set(field, this.agent.subscribe(field, this.#changed));
    this.#isFollowing = false;
    // What changed before it was listened to is told now.
    this.#listener();
  };

  readonly #changed = (): void => {
    this.#listener?.();
    this.#follow();
  };
}
