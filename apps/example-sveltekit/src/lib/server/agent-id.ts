import { env } from "$env/dynamic/private";

/** The agent that the page talks with, and the only one that its endpoint opens sessions for. */
export const agentId = env.LAYERCODE_AGENT_ID ?? "ag-123456";
