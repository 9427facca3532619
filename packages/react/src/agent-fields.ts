import type { LayercodeClient } from "@layercode/core";
import {
  type Agent,
  type AgentField,
  type AgentMethods,
  type AgentValues,
  agentFields,
} from "@layercode/core/bindings";

/** What a component reads from: every field, every method, and the client. */
export type AgentSource = Readonly<AgentValues> & AgentMethods & { readonly client: LayercodeClient };

/** The fields that were read, each with the value that was read. */
export type ReadFields = Map<AgentField, unknown>;

/** An agent whose every field is a getter that calls `onRead` with the value it gives. */
export function createAgentFields(agent: Agent, onRead: (field: AgentField, value: unknown) => void): AgentSource {
  const source = { ...agent.methods, client: agent.client };
  for (const field of agentFields) {
    const get = () => {
      const value = agent.get(field);
      onRead(field, value);
      return value;
    };
    // Own and enumerable properties, not a prototype's: `{ ...agent }` copies only these.
    Object.defineProperty(source, field, { enumerable: true, get });
  }
  return source as AgentSource;
}

/** Whether every field that was read still has the value that was read. */
export function isCurrent(agent: Agent, fields: ReadFields): boolean {
  return [...fields].every(([field, value]) => Object.is(agent.get(field), value));
}
