import type { IncomingMessage, ServerResponse } from "node:http";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";
import { isLoopbackOrigin } from "./loopback.js";

const longestTimeoutMs = 2 ** 31 - 1;

export interface AuthorizeEndpointOptions {
  apiKey: string;
  /** Base URL of the REST API that is asked: this server's own. */
  apiUrl: string;
  /** Origins allowed beside every loopback one. */
  allowedOrigins: readonly string[];
}

/** `/api/authorize`: what an app's backend would have, made with the handler that apps use, for every agent. */
export function createAuthorizeEndpoint(
  options: AuthorizeEndpointOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return toNodeHandler((request) => {
    // A development server on another port of this machine may proxy to this one. The page's origin then has that port:
    // allow every loopback origin.
    const origin = request.headers.get("origin");
    const handler = createAuthorizeHandler({
      apiKey: options.apiKey,
      apiUrl: options.apiUrl,
      // The client decides how long to wait: an authorization that hangs (a fault) must hang here too.
      timeoutMs: longestTimeoutMs,
      // The REST API knows the agents, and refuses an unknown one.
      allowedAgents: () => true,
      allowedOrigins: origin && isLoopbackOrigin(origin) ? [...options.allowedOrigins, origin] : options.allowedOrigins,
    });
    return handler(request);
  });
}
