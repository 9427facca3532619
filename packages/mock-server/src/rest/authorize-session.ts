import { randomUUID } from "node:crypto";
import type { AgentConfig, FindAgent, ResolvedAgent } from "../agents.js";
import { isDeeperThan } from "../json-depth.js";
import type { SessionKeys } from "./session-keys.js";

/** A JSON answer of the REST API. */
export interface RestAnswer {
  status: number;
  body: Readonly<Record<string, unknown>>;
}

export interface AuthorizeSessionRequest {
  /** The `Authorization` header. */
  authorization: string | undefined;
  /** The request's text. */
  body: string;
  /** The time now, ms. */
  now: number;
}

export interface AuthorizeSessionContext {
  apiKey: string;
  findAgent: FindAgent;
  keys: SessionKeys;
  /** How deep a body may be nested. */
  jsonDepth: number;
}

/** `POST /v1/agents/web/authorize_session`: a key for a new conversation, or a new key for a known one. */
export function authorizeSession(request: AuthorizeSessionRequest, context: AuthorizeSessionContext): RestAnswer {
  const token = request.authorization?.match(/^Bearer +(\S+) *$/i)?.[1];
  if (token === undefined) return refuse(400, "The Authorization header is missing. Send: Bearer <API key>.");
  if (token !== context.apiKey) return refuse(400, "The API key is not valid.");
  if (isDeeperThan(request.body, context.jsonDepth))
    return refuse(400, `The request's body is nested more than ${context.jsonDepth} levels deep.`);
  const body = parseObject(request.body);
  if (!body) return refuse(400, "The request's body is not a JSON object.");
  const agentId = body.agent_id;
  if (typeof agentId !== "string") return refuse(400, "agent_id is missing.");
  const agent = context.findAgent(agentId);
  if (!agent) return refuse(400, `There is no agent ${JSON.stringify(agentId.slice(0, 80))}.`);
  const given = body.conversation_id ?? null;
  if (given !== null && !isConversationId(given))
    return refuse(400, "conversation_id is not the id of a conversation.");
  const metadata = body.metadata ?? {};
  if (!isObject(metadata)) return refuse(400, "metadata is not an object.");
  if (!agent.balance) return refuse(402, "Insufficient balance.");
  const conversationId = given ?? `lc_conv_${randomUUID().replaceAll("-", "")}`;
  const session: ResolvedAgent = { ...agent, config: withOverrides(agent.config, body.config) };
  const key = context.keys.issue(
    { conversationId, agentId, agent: session, metadata, resumed: given !== null },
    request.now,
  );
  const { conversationIdField, config: answered } = agent.protocol;
  const config = answered === "present" && session.config && { config: session.config };
  return { status: 200, body: { client_session_key: key, [conversationIdField]: conversationId, ...config } };
}

// This server forgets every conversation when it restarts, but a page that stayed open must be able to resume its own:
// accept any well-formed id as known.
function isConversationId(value: unknown): value is string {
  return typeof value === "string" && /^lc_conv_[\w-]{1,64}$/.test(value);
}

// The `config` of a backend's request ([docs/protocol.md](../../../../docs/protocol.md) §1) replaces the agent's, field by
// field.
function withOverrides(config: AgentConfig | null, overrides: unknown): AgentConfig | null {
  if (!isObject(overrides)) return config;
  return { ...config, ...overrides, ...mergedField("transcription"), ...mergedField("vad") };

  function mergedField(field: "transcription" | "vad"): AgentConfig {
    const override = isObject(overrides) ? overrides[field] : undefined;
    return isObject(override) ? { [field]: { ...config?.[field], ...override } } : {};
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(status: number, error: string): RestAnswer {
  return { status, body: { error } };
}
