import { documentedProtocol, type ProtocolSettings } from "./protocol/settings.js";
import { assistant } from "./scenarios/assistant.js";
import { echo } from "./scenarios/echo.js";
import type { Scenario } from "./scenarios/scenario.js";

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

export type ScenarioName = "assistant" | "echo";

/** What one agent does otherwise than the server's options say. */
export interface MockAgent {
  scenario?: ScenarioName | Scenario;
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
  scenario: Scenario;
  config: AgentConfig | null;
  balance: boolean;
  protocol: ProtocolSettings;
}

/** Agents that exist without being asked for, beside any other well-formed id. */
export const builtInAgents: Readonly<Record<string, MockAgent>> = {
  "ag-push-to-talk": { trigger: "push_to_talk" },
  "ag-echo": { scenario: "echo" },
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
  const known = new Map<string, MockAgent>(
    isList(agents) ? agents.map((id) => [id, {}]) : Object.entries(agents ?? builtInAgents),
  );
  return (agentId) => {
    const agent = known.get(agentId) ?? (agents === undefined && isWellFormed(agentId) ? {} : undefined);
    const protocol = { ...documentedProtocol, ...defaults.protocol, ...agent?.protocol };
    return agent ? { ...resolveAgent({ ...defaults, ...agent }, agent), protocol } : null;
  };
}

function isList(agents: readonly string[] | Readonly<Record<string, MockAgent>> | undefined): agents is string[] {
  return Array.isArray(agents);
}

function isWellFormed(agentId: string): boolean {
  return /^[A-Za-z0-9][\w-]{0,127}$/.test(agentId);
}

// An agent's own config beats the server's trigger; its own trigger beats any config.
function resolveAgent(agent: MockAgent, own: MockAgent): Omit<ResolvedAgent, "protocol"> {
  const base = agent.config === undefined ? defaultConfig : agent.config;
  const trigger = own.trigger ?? (own.config === undefined ? agent.trigger : undefined);
  return {
    scenario: resolveScenario(agent.scenario ?? "assistant"),
    config: trigger ? { ...base, transcription: { ...base?.transcription, trigger } } : base,
    balance: agent.balance ?? true,
  };
}

/**
 * A scenario by name, or the given one.
 * @throws {Error} when there is none of that name.
 */
export function resolveScenario(scenario: ScenarioName | Scenario): Scenario {
  if (typeof scenario === "object" && scenario !== null) return scenario;
  if (scenario === "assistant") return assistant;
  if (scenario === "echo") return echo;
  throw new Error(`There is no scenario "${scenario}". Use "assistant", "echo", or an object with hooks.`);
}
