import type { LayercodeClient } from "@layercode/core";
import { type Agent, agentFields, createAgent } from "@layercode/core/bindings";
import { isCurrent, type ReadFields } from "./agent-fields.js";

/**
 * An agent beside its first values. React hydrates with these: the server rendered them, so the browser's first
 * rendering must show them too, although the agent may have connected meanwhile.
 */
export interface HydratableAgent {
  readonly agent: Agent;
  /** The agent as it was when it was made. */
  readonly initial: Agent;
  /** Whether the agent's fields all have their first values. */
  readonly isInitial: () => boolean;
}

const agents = new WeakMap<LayercodeClient, HydratableAgent>();

/** The one agent of a client, made when it is first asked for. */
export function agentOf(client: LayercodeClient): HydratableAgent {
  return agents.get(client) ?? register(createAgent(client));
}

/** Makes this the one agent of its client. */
export function register(agent: Agent): HydratableAgent {
  const entry = hydratable(agent);
  agents.set(agent.client, entry);
  return entry;
}

/** Copies the agent's present values as its first ones: call it when the agent is made. */
export function hydratable(agent: Agent): HydratableAgent {
  const values: ReadFields = new Map(agentFields.map((field) => [field, agent.get(field)]));
  const get = ((field) => values.get(field)) as Agent["get"];
  return { agent, initial: { ...agent, get }, isInitial: () => isCurrent(agent, values) };
}
