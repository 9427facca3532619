// Node: one server, the endpoint and your own pages. With Express: `app.use("/api/authorize", toNodeHandler(authorize))`.
import { createServer, type RequestListener } from "node:http";
import { type AuthorizeHandlerOptions, createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";

export function createAppServer(options: AuthorizeHandlerOptions, pages: RequestListener) {
  const authorize = toNodeHandler(
    createAuthorizeHandler({
      ...options,
      // Behind nginx or a load balancer that sets X-Forwarded-Host and X-Forwarded-Proto: `trustProxy: true`.
      onError: (error) => process.stderr.write(`authorize: ${error.message}\n`),
    }),
  );
  return createServer((request, response) => {
    const isEndpoint = request.url?.split("?")[0] === "/api/authorize";
    if (isEndpoint) void authorize(request, response);
    else pages(request, response);
  });
}
