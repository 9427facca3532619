import { createAuthorizeHandler } from "@layercode/svelte/server";
import type { RequestHandler } from "@sveltejs/kit";
import { env } from "$env/dynamic/private";
import { agentId } from "$lib/server/agent-id";

const authorize = createAuthorizeHandler({
  apiKey: env.LAYERCODE_API_KEY,
  agentId,
  apiUrl: env.LAYERCODE_API_URL,
});

export const POST: RequestHandler = ({ request }) => authorize(request);
