import type { LayercodeClient } from "@layercode/core";
import type { LayercodeAgentOptions } from "@layercode/core/bindings";
import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { agentOf, type KnownAgent, useOwnAgent } from "./agents.js";

const AgentContext = createContext<KnownAgent | null>(null);

/** One of: the options of an agent of the provider's own, an agent of `useLayercodeAgent`, a client of the app's own. */
export type LayercodeProviderProps = { children?: ReactNode } & (
  | (LayercodeAgentOptions & { agent?: never; client?: never })
  | (NoOptions & { agent: { readonly client: LayercodeClient }; client?: never })
  | (NoOptions & { client: LayercodeClient; agent?: never })
);

type NoOptions = { [Option in keyof LayercodeAgentOptions]?: never };

/**
 * Gives the components below one agent. With options it makes its own, and ends it when it unmounts; an agent or a
 * client that it is handed stays its owner's. It renders nothing again when the agent changes: who reads, does.
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
export interface AgentChoice {
  readonly agent?: { readonly client: LayercodeClient } | undefined;
  readonly client?: LayercodeClient | undefined;
}

/** The agent of the choice, or of the context; `reader` is who asks, for the error where there is none. */
export function useChosenAgent(reader: string, { agent, client }: AgentChoice = {}): KnownAgent {
  const provided = useContext(AgentContext);
  const chosen = agent?.client ?? client;
  if (chosen) return agentOf(chosen);
  if (provided) return provided;
  throw new Error(`${reader} found no agent. Put it below a <LayercodeProvider>, or pass it an agent.`);
}
