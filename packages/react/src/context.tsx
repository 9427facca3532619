import type { LayercodeClient } from "@layercode/core";
import type { LayercodeAgentOptions } from "@layercode/core/bindings";
import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { agentOf, type HydratableAgent } from "./hydratable-agent.js";
import { useOwnAgent } from "./use-own-agent.js";

const AgentContext = createContext<HydratableAgent | null>(null);

/** Options, of which the provider makes an agent; or an agent of `useLayercodeAgent`; or a client of the app. */
export type LayercodeProviderProps = { children?: ReactNode } & (
  | (LayercodeAgentOptions & { agent?: never; client?: never })
  | (NoOptions & { agent: { readonly client: LayercodeClient }; client?: never })
  | (NoOptions & { client: LayercodeClient; agent?: never })
);

type NoOptions = { [Option in keyof LayercodeAgentOptions]?: never };

/**
 * Gives the components below one agent. With options it makes the agent, and disconnects it at unmount; an `agent` or a
 * `client` is left to whoever made it. A change of the agent renders only the components that read what changed.
 */
export function LayercodeProvider({ children, ...props }: LayercodeProviderProps): ReactElement {
  const client = props.agent?.client ?? props.client;
  if (client) return <AgentContext.Provider value={agentOf(client)}>{children}</AgentContext.Provider>;
  return <OwnAgentProvider options={props as LayercodeAgentOptions}>{children}</OwnAgentProvider>;
}

function OwnAgentProvider({ options, children }: { options: LayercodeAgentOptions; children: ReactNode }) {
  return <AgentContext.Provider value={useOwnAgent(options)}>{children}</AgentContext.Provider>;
}

/** Which agent: one of `useLayercodeAgent`, or a client. Default: the agent of the nearest `LayercodeProvider`. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its data is.
export interface AgentChoice<Content = any> {
  readonly agent?: { readonly client: LayercodeClient<Content> } | undefined;
  readonly client?: LayercodeClient<Content> | undefined;
}

/** The agent of the choice, else the context's. `reader` is the hook or component that asks, for the error's text. */
export function useChosenAgent(reader: string, { agent, client }: AgentChoice = {}): HydratableAgent {
  const provided = useContext(AgentContext);
  const chosen = agent?.client ?? client;
  if (chosen) return agentOf(chosen);
  if (provided) return provided;
  throw new Error(`${reader} found no agent. Put it below a <LayercodeProvider>, or pass it an agent.`);
}
