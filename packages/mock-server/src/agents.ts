import { documentedProtocol, type ProtocolSettings } from "./protocol/settings.js";
import type { ScenarioName } from "./scenarios/built-in.js";
import { resolveScenario } from "./scenarios/resolve-scenario.js";
import type { Scenario } from "./scenarios/scenario.js";
import type { Script } from "./scenarios/script.js";

/** The agent configuration that a client gets when it is authorized. */
export interface AgentConfig {
  transcription?: { trigger?: "automatic" | "push_to_talk"; can_interrupt?: boolean; automatic?: boolean };
  vad?: {
    enabled?: boolean;
    gate_audio?: boolean;
    buffer_frames?: number;
    model?: string;
    positive_speech_threshold?: number;
    negative_speech_threshold?: number;
    redemption_frames?: number;
    min_speech_frames?: number;
    pre_speech_pad_frames?: number;
    frame_samples?: number;
  };
  [field: string]: unknown;
}

/** What one agent does otherwise than the server's options say. */
export interface MockAgent {
  scenario?: ScenarioName | Scenario | Script;
  /** `null`: the answer has no `config`. */
  config?: AgentConfig | null;
  /** Short for `config.transcription.trigger`. */
  trigger?: "automatic" | "push_to_talk";
  /** `false`: every authorization is refused with 402. */
  balance?: boolean;
  /** How it differs from the server's `protocol`. Where a key is unknown, so is the agent: the server's `rejectedKey` counts. */
  protocol?: Partial<ProtocolSettings>;
}

/** What a conversation needs to know of its agent. */
export interface ResolvedAgent {
  scenario: Scenario | Script;
  config: AgentConfig | null;
  balance: boolean;
  protocol: ProtocolSettings;
}

/** Agents that exist without being asked for, beside any other well-formed id. */
export const builtInAgents: Readonly<Record<string, MockAgent>> = {
  "ag-push-to-talk": { trigger: "push_to_talk" },
  "ag-echo": { scenario: "echo" },
  "ag-tools": { scenario: "tools" },
  "ag-no-balance": { balance: false },
};

const defaultConfig: AgentConfig = {
  transcription: { trigger: "automatic", can_interrupt: true, automatic: true },
  vad: { enabled: true, gate_audio: true, buffer_frames: 10 },
};

/** Finds an agent; `null` when there is none of that id. */
export type FindAgent = (agentId: string) => ResolvedAgent | null;

/** `agents` as in the server's options: none means any well-formed id, and the built-in ones. */
export function agentFinder(
  agents: readonly string[] | Readonly<Record<string, MockAgent>> | undefined,
  defaults: MockAgent,
): FindAgent {
  const known = new Map<string, CheckedAgent>(
    isList(agents)
      ? agents.map((id) => [id, {}])
      : Object.entries(agents ?? builtInAgents).map(([id, agent]) => [id, checkScenario(agent)]),
  );
  const fallback = { ...defaults, scenario: resolveScenario(defaults.scenario ?? "assistant") };
  return (agentId) => {
    const agent = known.get(agentId) ?? (agents === undefined && isWellFormed(agentId) ? {} : undefined);
    const protocol = { ...documentedProtocol, ...defaults.protocol, ...agent?.protocol };
    return agent ? { ...resolveAgent({ ...fallback, ...agent }, agent), protocol } : null;
  };
}

interface CheckedAgent extends MockAgent {
  scenario?: Scenario | Script;
}

// Scripts are parsed once, when the server starts, so that a mistake in one is reported then and not in a conversation.
function checkScenario({ scenario, ...agent }: MockAgent): CheckedAgent {
  return scenario === undefined ? agent : { ...agent, scenario: resolveScenario(scenario) };
}

function isList(agents: readonly string[] | Readonly<Record<string, MockAgent>> | undefined): agents is string[] {
  return Array.isArray(agents);
}

function isWellFormed(agentId: string): boolean {
  return /^[A-Za-z0-9][\w-]{0,127}$/.test(agentId);
}

// The trigger, first match wins: the agent's own `trigger`; its own `config` or, if it has none, the server's `trigger`
// and then the server's `config`; the scenario's `trigger`.
function resolveAgent(
  agent: Required<Pick<CheckedAgent, "scenario">> & MockAgent,
  own: MockAgent,
): Omit<ResolvedAgent, "protocol"> {
  const { scenario } = agent;
  const base = agent.config === undefined ? defaultConfig : agent.config;
  const isOpen = agent.config !== null && agent.config?.transcription?.trigger === undefined;
  const trigger =
    own.trigger ?? (own.config === undefined ? agent.trigger : undefined) ?? (isOpen ? scenario.trigger : undefined);
  return {
    scenario,
    config: trigger ? { ...base, transcription: { ...base?.transcription, trigger } } : base,
    balance: agent.balance ?? true,
  };
}
