import type { ClientStatus, LayercodeClient } from "@layercode/core";
import type { Agent, AgentMethods, AgentValues, LayercodeAgentOptions } from "@layercode/core/bindings";
import { useState } from "react";
import { useOwnAgent, withInitial } from "./agents.js";
import { useReading } from "./use-reading.js";

/** What `useLayercodeAgent` returns: reading a field makes the component follow it, and only it. */
export interface UseLayercodeAgentReturn extends Readonly<Omit<AgentValues, "status">>, Omit<AgentMethods, "connect"> {
  /** `"initializing"` until the first `connect()`. */
  readonly status: ClientStatus | "initializing";
  /** As `LayercodeClient.connect`; may be an event handler as it is. */
  readonly connect: { (): Promise<void>; (options: { signal?: AbortSignal }): Promise<void> };
  readonly client: LayercodeClient;
}

/**
 * A voice agent for this component, disconnected when it unmounts. The client is made once, the methods stay the same
 * functions. Levels (`userAudioAmplitude`, `agentAudioAmplitude`) are measured, and render, only while they are read.
 * Throws a `LayercodeError` with code `invalid-option`.
 */
export function useLayercodeAgent(options: LayercodeAgentOptions): UseLayercodeAgentReturn {
  const { agent } = useOwnAgent(options);
  const [named] = useState(() => withInitial(withInitializing(agent)));
  return useReading(named, (agent) => agent);
}

/** The client starts as "disconnected"; this hook's users know "initializing". */
function withInitializing(agent: Agent): Agent {
  let isInitializing = true;
  const connect: AgentMethods["connect"] = (options) => {
    isInitializing = false;
    return agent.methods.connect(options);
  };
  const get: Agent["get"] = (field) => {
    const value = agent.get(field);
    if (field !== "status") return value;
    isInitializing &&= value === "disconnected";
    return isInitializing ? ("initializing" as typeof value) : value;
  };
  return { ...agent, methods: { ...agent.methods, connect }, get };
}
