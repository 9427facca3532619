import { env } from "$env/dynamic/private";
import { agentId } from "$lib/server/agent-id";

// The URL is only for a mock server or a proxy.
export const load = () => ({ agentId, url: env.LAYERCODE_WEBSOCKET_URL });
