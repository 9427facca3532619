import type { IncomingMessage, ServerResponse } from "node:http";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";
import { longestTimeoutMs } from "../longest-timeout.js";
import { answer } from "./body.js";
import { isForeignPage } from "./this-machine.js";

// Of the time when this was loaded: tests replace the global one, and this server is often in their process.
const { fetch } = globalThis;

export interface AuthorizeEndpointOptions {
  apiKey: string;
  /** Base URL of the REST API that is asked: this server's own. */
  apiUrl: string;
  /** Origins allowed beside those of this machine. */
  allowedOrigins: readonly string[];
}

/** `/api/authorize`: what an app's backend would have, made with the handler that apps use, for every agent. */
export function createAuthorizeEndpoint(
  options: AuthorizeEndpointOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const open = toNodeHandler((request) => {
    // A page that came this far may call: of this machine on any port (a development server that proxies to this one),
    // of the same address, or listed.
    const origin = request.headers.get("origin");
    const handler = createAuthorizeHandler({
      apiKey: options.apiKey,
      apiUrl: options.apiUrl,
      fetch: (url, init) => fetch(url, init),
      // The client decides how long to wait: an authorization that hangs (a fault) must hang here too.
      timeoutMs: longestTimeoutMs,
      // The REST API knows the agents, and refuses an unknown one.
      allowedAgents: () => true,
      allowedOrigins: origin === null ? [] : [origin],
      // It refuses and fails as this server was asked to: nothing for the log of whoever started it.
      onError: () => {},
    });
    return handler(request);
  });
  return async (request, response) => {
    if (!isForeignPage(request, options.allowedOrigins)) return open(request, response);
    request.resume();
    answer(response, 403, {
      error: "This page is not of this machine: name its origin in allowedOrigins (--allowed-origin).",
    });
  };
}
