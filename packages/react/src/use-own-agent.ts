import { createAgent, type LayercodeAgentOptions } from "@layercode/core/bindings";
import { useEffect, useState } from "react";
import { type HydratableAgent, register } from "./hydratable-agent.js";
import { useIsomorphicLayoutEffect } from "./use-isomorphic-layout-effect.js";

/** An agent that belongs to this component: made once, given each rendering's options, disconnected at unmount. */
export function useOwnAgent(options: LayercodeAgentOptions): HydratableAgent {
  const [own] = useState(() => register(createAgent(options)));
  const { agent } = own;
  // Layout effects run before effects: an effect of a child that connects does so with the options of this rendering.
  useIsomorphicLayoutEffect(() => {
    agent.revive();
    agent.setOptions(options);
  });
  useEffect(() => {
    // Again: a hot reload runs the effects anew, each after its own undo, and the layout effects before all of that.
    agent.revive();
    return agent.retire;
  }, [agent]);
  return own;
}
