import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { serve } from "./http-server.js";

/** A request that reached the API. */
export interface ApiRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** Plays Layercode's REST API on loopback: checks the bearer key, opens a session, keeps what it was asked. */
export async function startLayercodeApi(
  apiKey: string,
  answer?: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; requests: ApiRequest[] }> {
  const requests: ApiRequest[] = [];
  const url = await serve(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    if (answer) return answer(request, response);
    response.setHeader("content-type", "application/json");
    if (request.headers.authorization !== `Bearer ${apiKey}`) {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: "Invalid or missing bearer token" }));
      return;
    }
    response.end(
      JSON.stringify({
        client_session_key: "lc_sesskey_1",
        conversation_id: body.conversation_id ?? "lc_conv_new",
        config: { transcription: { trigger: "automatic" } },
        internal: "not for the page",
      }),
    );
  });
  return { url, requests };
}
