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
}
