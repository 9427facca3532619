import { createAuthorizeHandler } from "@layercode/react/server";
import { agentId } from "../../agent-id";

export const POST = createAuthorizeHandler({
  apiKey: process.env.LAYERCODE_API_KEY,
  agentId,
  apiUrl: process.env.LAYERCODE_API_URL,
  // Next calls itself localhost in a request's URL; the host that the browser asked for is in X-Forwarded-Host.
  trustProxy: true,
});
