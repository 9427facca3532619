import { type Authorization, authorizeSession } from "../authorization/authorize.js";
import { isLayercodeError, LayercodeError } from "../errors.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import { validateMetadata } from "../options/validate.js";
import { version } from "./version.js";

/** Whom to talk with, and for how long to ask. */
interface Wish {
  agentId: string;
  /** The conversation to resume; `null` for a new one. */
  conversationId: string | null;
  signal: AbortSignal;
}

/** Asks the app's backend for a session, as the options say. Rejects with a `LayercodeError`. */
export async function askBackend(
  options: LayercodeClientOptions,
  { agentId, conversationId, signal }: Wish,
): Promise<Authorization> {
  const { authorizeSessionEndpoint: endpoint, authorizeSessionRequest: request, credentials, fetch } = options;
  const body = {
    agent_id: agentId,
    metadata: await metadataOf(options),
    sdk_version: version,
    ...(conversationId !== null && { conversation_id: conversationId }),
  };
  return authorizeSession({ endpoint, body, request, credentials, fetch, signal });
}

async function metadataOf({ metadata = {} }: LayercodeClientOptions): Promise<Record<string, unknown>> {
  if (typeof metadata !== "function") return metadata;
  try {
    const given: unknown = await metadata();
    validateMetadata(given);
    return given;
  } catch (cause) {
    if (isLayercodeError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LayercodeError("authorization", `The function given as "metadata" failed: ${reason}`, { cause });
  }
}
