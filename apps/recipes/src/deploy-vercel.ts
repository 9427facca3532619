// Vercel: save this as api/authorize.ts, beside a page of any framework; in Next as app/api/authorize/route.ts.
// `vercel env add LAYERCODE_API_KEY`, and the same for LAYERCODE_AGENT_ID.
import { createAuthorizeHandler } from "@layercode/core/server";

export const POST = createAuthorizeHandler({
  apiKey: process.env.LAYERCODE_API_KEY,
  agentId: process.env.LAYERCODE_AGENT_ID,
  // Only Vercel's own proxy reaches the function, and it sets these headers.
  trustProxy: true,
});
