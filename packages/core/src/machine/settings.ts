import type { ReconnectOptions } from "./connection/reconnect-policy.js";

/** What the machine needs to know of the options. */
export interface Settings {
  readonly agentId: string;
  /** Milliseconds for authorization and socket together. */
  readonly connectTimeout: number;
  readonly deferAudioInit: boolean;
  readonly maxMessages: number;
  readonly reconnect: ReconnectOptions | false;
}
