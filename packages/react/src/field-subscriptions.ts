import type { Undo } from "@layercode/core";
import type { Agent, AgentField } from "@layercode/core/bindings";
import type { ReadFields } from "./agent-fields.js";

/**
 * Subscribes a component to those fields of an agent that it reads, and to no other: core measures a level, or lists
 * microphones, only while somebody subscribes to it.
 */
export class FieldSubscriptions {
  /** The fields that the rendering on the screen read. Whoever replaces this function calls `update()` next. */
  reads: () => ReadFields = () => new Map();
  /** Whether `readLater()` counts. */
  isTracking = true;
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

  /** After the selector has returned, somebody read a field of what it gave out: an event handler, say, or a child. */
  readLater(reads: ReadFields, field: AgentField, value: unknown): void {
    // The first value is the one on the screen. A later one may be newer, and would make the screen look current.
    if (!this.isTracking || reads.has(field)) return;
    reads.set(field, value);
    // In a microtask: subscribing may update other components, and React warns of that while the reader still renders.
    queueMicrotask(this.#follow);
  }

  /** A rendering is on the screen: unsubscribes from the fields that only an earlier rendering read. */
  update(): void {
    this.#drop(this.reads());
    this.#follow();
  }

  #drop(kept: ReadFields): void {
    for (const [field, undo] of this.#undo) {
      if (kept.has(field)) continue;
      this.#undo.delete(field);
      undo();
    }
  }

  readonly #follow = (): void => {
    // Subscribing to the list of microphones sets "loading" at once, which calls `#changed`, and that would come here.
    if (!this.#listener || this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      for (const field of this.reads().keys())
        if (!this.#undo.has(field)) this.#undo.set(field, this.agent.subscribe(field, this.#changed));
    } catch {
      // The selector throws. React asks it too, and renders without this component, or anew.
    }
    this.#isFollowing = false;
    // A field may have changed between its reading and its subscription: let React compare.
    this.#listener();
  };

  readonly #changed = (): void => {
    this.#listener?.();
    this.#follow();
  };
}
