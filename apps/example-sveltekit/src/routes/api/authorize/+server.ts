import { createAuthorizeHandler } from "@layercode/svelte/server";
import { env } from "$env/dynamic/private";
import { agentId } from "$lib/server/agent-id";
import type { RequestHandler } from "./$types";

const authorize = createAuthorizeHandler({
  apiKey: env.LAYERCODE_API_KEY,
  agentId,
  apiUrl: env.LAYERCODE_API_URL,
});

export const POST: RequestHandler = ({ request }) => authorize(request);
