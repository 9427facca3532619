import { type Agent, type AgentValues, agentFields } from "@layercode/core/bindings";
import { untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";

/** An object with a reactive getter for each field. It subscribes to the agent while a template or effect reads it. */
export function createAgentFields(agent: Agent): Readonly<AgentValues> {
  const fields = {} as AgentValues;
  for (const field of agentFields) {
    // `untrack`: the field may change inside a reaction, where Svelte forbids setting state, as `update` does.
    const track = createSubscriber((update) => agent.subscribe(field, () => untrack(update)));
    const get = () => {
      track();
      return agent.get(field);
    };
    Object.defineProperty(fields, field, { enumerable: true, get });
  }
  return fields;
}
