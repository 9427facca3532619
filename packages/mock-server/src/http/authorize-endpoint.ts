import type { IncomingMessage, ServerResponse } from "node:http";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";

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
    // A development server proxies from another port of this machine, and the page's origin is then that port.
    const origin = request.headers.get("origin");
    const handler = createAuthorizeHandler({
      apiKey: options.apiKey,
      apiUrl: options.apiUrl,
      // Which agents there are, the REST API knows.
      allowedAgents: () => true,
      allowedOrigins: origin && isLoopback(origin) ? [...options.allowedOrigins, origin] : options.allowedOrigins,
    });
    return handler(request);
  });
}

/** Whether an origin is a page of this machine. */
function isLoopback(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname, protocol } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\./.test(hostname);
}
