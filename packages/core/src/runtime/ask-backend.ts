import { type Authorization, authorizeSession } from "../authorization/authorize.js";
import { isLayercodeError, LayercodeError } from "../errors.js";
import { validateMetadata } from "../options/check.js";
import type { ResolvedOptions } from "../options/resolve.js";
import type { AuthorizationRequest } from "./session-port.js";
import { version } from "./version.js";

/** Asks the app's backend for a session, as the options say. Rejects with a `LayercodeError`. */
export async function askBackend(
  options: ResolvedOptions,
  { agentId, conversationId, signal }: AuthorizationRequest,
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

async function metadataOf({ metadata }: ResolvedOptions): Promise<Record<string, unknown>> {
  // A copy: an app's `authorizeSessionRequest` may write into it, and the default is one object for every client.
  if (typeof metadata !== "function") return { ...metadata };
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
