import type { ClientState } from "@layercode/core";
import type { AgentField, AgentValues } from "@layercode/core/bindings";
import { type Readable, readable, toStore as storeOf } from "svelte/store";
import type { LayercodeAgent } from "./agent.js";

/** The agent's whole snapshot as a store; levels and the list of microphones are stores of their own field. */
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
  // Made anew for the first subscriber: Svelte's own compares only with the value of its making.
  return readable<unknown>(agent[field], (set) => storeOf(() => agent[field]).subscribe(set));
}
