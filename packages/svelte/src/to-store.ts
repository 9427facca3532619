import type { ClientState } from "@layercode/core";
import type { AgentField, AgentValues } from "@layercode/core/bindings";
import { type Readable, readable, toStore as storeOf } from "svelte/store";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** The client's snapshot as a store. Levels and device lists are not in it: ask for these by their field. */
export function toStore(agent: LayercodeAgent): Readable<ClientState>;
/** One field of the agent as a store. */
export function toStore<F extends AgentField>(agent: LayercodeAgent, field: F): Readable<AgentValues[F]>;
export function toStore(agent: LayercodeAgent, field?: AgentField): Readable<unknown> {
  const { getSnapshot, subscribe } = agent.client;
  if (field === undefined)
    return readable(getSnapshot(), (set) => {
      set(getSnapshot());
      return subscribe(() => set(getSnapshot()));
    });
  // Svelte's store misses a field that changes back to the value at the store's creation while nobody subscribes. So
  // each first subscriber gets a store of its own.
  return readable<unknown>(agent[field], (set) => storeOf(() => agent[field]).subscribe(set));
}
