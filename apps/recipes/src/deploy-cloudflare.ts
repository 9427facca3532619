// Cloudflare Workers: the endpoint, and the built page as static assets (`assets = { directory = "dist", binding = "ASSETS" }`
// and `run_worker_first = ["/api/*"]` in wrangler.toml). `npx wrangler secret put LAYERCODE_API_KEY`.
import { createAuthorizeHandler } from "@layercode/core/server";

export interface Environment {
  LAYERCODE_API_KEY: string;
  LAYERCODE_AGENT_ID: string;
  LAYERCODE_API_URL?: string; // for a mock server
  ASSETS: { fetch(request: Request): Promise<Response> };
}

export default {
  fetch(request: Request, environment: Environment): Promise<Response> {
    if (new URL(request.url).pathname !== "/api/authorize") return environment.ASSETS.fetch(request);
    const authorize = createAuthorizeHandler({
      apiKey: environment.LAYERCODE_API_KEY,
      agentId: environment.LAYERCODE_AGENT_ID,
      ...(environment.LAYERCODE_API_URL !== undefined && { apiUrl: environment.LAYERCODE_API_URL }),
    });
    return authorize(request);
  },
};
