import { LayercodeClient } from "@layercode/core";
import type { PageOptions } from "./page-options";

/** A client for one conversation with the agent. Nothing happens before its `connect()`. */
export function createConversation({ agentId, processing, defer }: PageOptions): LayercodeClient {
  return new LayercodeClient({
    agentId,
    authorizeSessionEndpoint: "/api/authorize",
    // With Layercode itself, leave `url` out. Here everything goes through the page's own server.
    url: "/v1/agents/web/websocket",
    deferAudioInit: defer,
    ...(processing ? {} : { audioConstraints: unprocessed }),
  });
}

const unprocessed: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};
