import type { LayercodeClient } from "@layercode/core";
import { type Agent, agentFields, createAgent, type LayercodeAgentOptions } from "@layercode/core/bindings";
import { useEffect, useLayoutEffect, useState } from "react";
import type { Reads } from "./reads.js";

/** An agent, and the same as it was when it was made: that is what the server rendered, whatever happened since. */
export interface KnownAgent {
  readonly agent: Agent;
  readonly initial: Agent;
  /** All that `initial` reads. */
  readonly initialReads: Reads;
}

const known = new WeakMap<LayercodeClient, KnownAgent>();

/** The one agent around a client; it lives as long as the client. */
export function agentOf(client: LayercodeClient): KnownAgent {
  return known.get(client) ?? remember(createAgent(client));
}

/** An agent of this component's own: made once, given the options of every render, ended with the component. */
export function useOwnAgent(options: LayercodeAgentOptions): KnownAgent {
  const [own] = useState(() => remember(createAgent(options)));
  const { agent } = own;
  // In the layout phase, so that an effect below that connects does so with these options.
  useIsomorphicLayoutEffect(() => agent.setOptions(options));
  useEffect(() => () => void agent.client.disconnect(), [agent]);
  return own;
}

/** React 18 warns of layout effects on a server, where no effect runs. */
export const useIsomorphicLayoutEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

export function withInitial(agent: Agent): KnownAgent {
  const initialReads: Reads = new Map(agentFields.map((field) => [field, agent.get(field)]));
  return { agent, initialReads, initial: { ...agent, get: ((field) => initialReads.get(field)) as Agent["get"] } };
}

function remember(agent: Agent): KnownAgent {
  const entry = withInitial(agent);
  known.set(agent.client, entry);
  return entry;
}
