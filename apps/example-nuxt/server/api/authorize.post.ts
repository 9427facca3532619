import { createAuthorizeHandler } from "@layercode/vue/server";

const authorize = createAuthorizeHandler({
  apiKey: process.env.LAYERCODE_API_KEY,
  agentId: useRuntimeConfig().public.layercodeAgentId,
  apiUrl: process.env.LAYERCODE_API_URL,
});

export default fromWebHandler(authorize);
