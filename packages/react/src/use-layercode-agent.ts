import type { LayercodeClient, StatusText } from "@layercode/core";
import type { Agent, AgentMethods, AgentValues, LayercodeAgentOptions } from "@layercode/core/bindings";
import { useState } from "react";
import { hydratable } from "./hydratable-agent.js";
import { useOwnAgent } from "./use-own-agent.js";
import { useSelector } from "./use-selector.js";

/** What `useLayercodeAgent` returns. A component renders again when a field changes that it read, and for no other. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export interface UseLayercodeAgentReturn<Content = any, Sent = any>
  extends Readonly<Omit<AgentValues, "status">>,
    Omit<AgentMethods<Sent>, "connect"> {
  /** `"initializing"` until the first `connect()`. It compares with any word: apps have statuses of their own. */
  readonly status: StatusText | "initializing";
  /** As `LayercodeClient.connect`; the overload without options lets it be an event handler: `onClick={connect}`. */
  readonly connect: { (): Promise<void>; (options: { signal?: AbortSignal }): Promise<void> };
  // biome-ignore lint/suspicious/noExplicitAny: of whatever tools.
  readonly client: LayercodeClient<Content, any, Sent>;
}

/** Options of an unknown name: `@layercode/react-sdk` takes them, and apps pass them. A `logger` is told of them. */
// biome-ignore lint/suspicious/noExplicitAny: nobody reads what they hold.
type UnknownOptions = Record<string, any>;

/**
 * A voice agent for this component, disconnected when it unmounts. The client is made once, the methods stay the same
 * functions. Levels (`userAudioAmplitude`, `agentAudioAmplitude`) are measured, and render, only while they are read.
 * Options that make no sense are in `error`, with code `invalid-option`: a hook that throws leaves a white page.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useLayercodeAgent<Content = any, Inputs = any, Sent = any>(
  options: LayercodeAgentOptions<Content, Inputs, Sent> & UnknownOptions,
): UseLayercodeAgentReturn<Content, Sent> {
  const { agent } = useOwnAgent(options);
  const [named] = useState(() => hydratable(withInitializing(agent)));
  return useSelector(named, (agent) => agent);
}

/** `@layercode/react-sdk` calls the status before the first `connect()` "initializing"; the client: "disconnected". */
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
