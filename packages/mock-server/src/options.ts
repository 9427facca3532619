import type { AgentConfig, MockAgent } from "./agents.js";
import type { Transcribe } from "./conversation/conversation.js";
import type { ServerFaults } from "./faults/faults.js";
import { parseServerFaults } from "./faults/parse-faults.js";
import { originOf } from "./http/this-machine.js";
import { checkNames } from "./known-names.js";
import { type Limits, resolveLimits } from "./limits.js";
import { describeValue } from "./matching.js";
import { checkProtocol, type ProtocolSettings } from "./protocol/settings.js";
import type { ScenarioName } from "./scenarios/built-in.js";
import { checkTrigger } from "./scenarios/checks.js";
import type { Scenario } from "./scenarios/scenario.js";
import type { Script } from "./scenarios/script.js";
import type { VoiceName } from "./speech/create-voice.js";

/** Options of `createMockServer`. */
export interface MockServerOptions {
  /** Default 0: a free one. */
  port?: number;
  /** Default `"127.0.0.1"`: this machine only. */
  host?: string;
  /** How the agent behaves. Default `"assistant"`. */
  scenario?: ScenarioName | Scenario | Script;
  /** The only API key that the REST API takes. Default `"mock-api-key"`. */
  apiKey?: string;
  /** The agents there are, by id. Default: any well-formed id, and `ag-push-to-talk`, `ag-echo`, `ag-tools`, `ag-no-balance`. */
  agents?: readonly string[] | Readonly<Record<string, MockAgent>>;
  /** The `config` that authorization answers. Default automatic turns that can be interrupted; `null` leaves it out. */
  config?: AgentConfig | null;
  /** Short for `config.transcription.trigger`. */
  trigger?: "automatic" | "push_to_talk";
  /** `false` refuses every authorization with 402. Default true. */
  balance?: boolean;
  /** How the server behaves where Layercode's is not known, or its versions differ. Default: as documented. */
  protocol?: Partial<ProtocolSettings>;
  /** How long a session key lives, in ms. Default one hour. */
  keyLifetimeMs?: number;
  /** What goes wrong from the start: `server.faults` changes it while it runs. Default nothing. */
  faults?: ServerFaults;
  /** `false`: no control API at `/__mock/…`. It serves this machine only, whatever `host` is. Default true. */
  control?: boolean;
  /** A built page to serve at `/`. */
  staticDirectory?: string;
  /**
   * Origins whose pages may use `/api/authorize` and the WebSocket, exact (`"https://app.example"`), or `"*"` for all.
   * Default none, beside pages of this machine, and of the IP address that they ask.
   */
  allowedOrigins?: readonly string[];
  /** How the agent sounds. Default `"auto"`: flite when it is installed, else tones. */
  voice?: VoiceName;
  /** Speech recognition, if there is any: the words of an utterance, for transcripts and answers. */
  transcribe?: Transcribe;
  /** Connections at a time; more are refused with 503. Default 1000. */
  maxSessions?: number;
  /** What one client may do before its own session is ended. */
  limits?: Partial<Limits>;
  /**
   * How long tests wait for a session, a message or the end of a script unless a call says otherwise, in ms. Default
   * 10000: on a busy machine a page may need seconds to load its code. Of the Vitest fixture at most four fifths of the
   * test's own time.
   */
  timeoutMs?: number;
  /** One line for each thing worth knowing; `"debug"` for what is normal. Default: silence. */
  log?(line: string, level: "info" | "debug"): void;
}

/** Every option; a new one does not compile without its name here. */
const optionNames = Object.keys({
  port: true,
  host: true,
  scenario: true,
  apiKey: true,
  agents: true,
  config: true,
  trigger: true,
  balance: true,
  protocol: true,
  keyLifetimeMs: true,
  faults: true,
  control: true,
  staticDirectory: true,
  allowedOrigins: true,
  voice: true,
  transcribe: true,
  maxSessions: true,
  limits: true,
  timeoutMs: true,
  log: true,
} satisfies Record<keyof MockServerOptions, true>);

const agentFields = Object.keys({
  scenario: true,
  config: true,
  trigger: true,
  balance: true,
  protocol: true,
} satisfies Record<keyof MockAgent, true>);

/** The options with their defaults. */
export type ResolvedOptions = MockServerOptions &
  Required<
    Pick<
      MockServerOptions,
      | "port"
      | "host"
      | "apiKey"
      | "allowedOrigins"
      | "voice"
      | "keyLifetimeMs"
      | "faults"
      | "control"
      | "maxSessions"
      | "timeoutMs"
      | "log"
    >
  > & { limits: Limits };

/**
 * Fills in the defaults.
 * @throws {Error} when an option cannot be right.
 */
export function resolveOptions(options: MockServerOptions): ResolvedOptions {
  checkNames(options, optionNames);
  const resolved: ResolvedOptions = {
    ...options,
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    apiKey: options.apiKey ?? "mock-api-key",
    allowedOrigins: readOrigins(options.allowedOrigins ?? [], "allowedOrigins"),
    voice: options.voice ?? "auto",
    keyLifetimeMs: options.keyLifetimeMs ?? 60 * 60 * 1000,
    maxSessions: options.maxSessions ?? 1000,
    timeoutMs: options.timeoutMs ?? 10_000,
    limits: resolveLimits(options.limits ?? {}),
    log: options.log ?? (() => {}),
    faults: parseServerFaults(options.faults ?? {}),
    control: options.control ?? true,
  };
  if (!Number.isInteger(resolved.port) || resolved.port < 0 || resolved.port > 65535)
    throw new Error(`port is ${resolved.port}. It is an integer from 0 (a free one) to 65535.`);
  checkApiKey(resolved.apiKey, "apiKey");
  for (const name of ["keyLifetimeMs", "maxSessions", "timeoutMs"] as const)
    if (typeof resolved[name] !== "number" || !(resolved[name] >= 0))
      throw new Error(`${name} is ${describeValue(resolved[name])}. It is 0 or more.`);
  if (!["auto", "flite", "tone"].includes(resolved.voice))
    throw new Error(`voice is ${describeValue(resolved.voice)}. It is "auto", "flite" or "tone".`);
  checkAgent(options, "");
  for (const [id, agent] of Object.entries(options.agents ?? {}))
    if (typeof agent === "object" && agent !== null) {
      const place = `agents[${JSON.stringify(id)}].`;
      checkNames(agent, agentFields, place);
      checkAgent(agent, place);
    }
  return resolved;
}

/** What both a server and an agent may say. */
function checkAgent({ protocol, trigger }: MockAgent, place: string): void {
  if (protocol !== undefined) checkProtocol(protocol, `${place}protocol`);
  if (trigger !== undefined) checkTrigger(trigger, `${place}trigger`);
}

/** @throws {Error} when no HTTP header can carry the key; `place` is what it is called there. */
export function checkApiKey(apiKey: string, place: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new Error(
    `${place} is empty or has characters that no HTTP header can carry. Use printable ASCII without spaces.`,
  );
}

/**
 * Origins as browsers write them, from a list or, as core's own option has it, a single `"*"`.
 * @throws {Error} at one that is none; `place` is what they are called there.
 */
export function readOrigins(origins: readonly string[] | string, place: string): string[] {
  return [origins].flat().map((text) => {
    const origin = text === "*" ? text : originOf(text);
    if (origin !== undefined) return origin;
    throw new Error(
      `${place} is ${JSON.stringify(text)}. It is an origin with its scheme, such as https://app.example, or * for all.`,
    );
  });
}
