// The page of our client.
import { LayercodeClient } from "@layercode/core";
import { drive, levels, onStatus, settings } from "./drive.js";

const { agentId, audioInput, detects, playout, websocketUrl } = settings;
const client = new LayercodeClient({
  agentId,
  audioInput,
  playout,
  vad: detects ? "silero" : false,
  authorizeSessionEndpoint: "/api/authorize",
  url: websocketUrl,
  onStatusChange: onStatus,
  onUserAmplitudeChange: (level) => {
    levels.user = level;
  },
  onAgentAmplitudeChange: (level) => {
    levels.agent = level;
  },
});
drive(client);
