import type { DetectionSettings } from "../audio/ports.js";
import type { StandardSchemaV1 } from "../standard-schema.js";
import type { ReconnectOptions } from "./connection/reconnect-policy.js";

/** What the machine needs to know of the options. */
export interface Settings {
  readonly agentId: string;
  /** Milliseconds for authorization and socket together. */
  readonly connectTimeout: number;
  readonly deferAudioInit: boolean;
  readonly maxMessages: number;
  /** What the app says that it sends. */
  readonly clientData?: StandardSchemaV1 | undefined;
  readonly reconnect: ReconnectOptions | false;
  readonly enableVAD: boolean;
  readonly vad: DetectionSettings["vad"] | false;
  /** How long after a false alarm the agent goes on, in ms. */
  readonly vadResumeDelay: number;
  readonly bargeIn: "local" | "server" | "off";
  readonly vadModelUrl?: string | URL | undefined;
  readonly vadWorkletUrl?: string | URL | undefined;
}
