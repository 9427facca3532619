// The page of Layercode's own client.
import LayercodeClient from "@layercode/js-sdk";
import { drive, levels, onStatus, settings } from "./drive.js";

const { agentId, audioInput, detects, websocketUrl } = settings;
const client = new LayercodeClient({
  agentId,
  audioInput,
  authorizeSessionEndpoint: "/api/authorize",
  enableVAD: detects,
  onStatusChange: onStatus,
  onUserAmplitudeChange: (level) => {
    levels.user = level;
  },
  onAgentAmplitudeChange: (level) => {
    levels.agent = level;
  },
});
client._websocketUrl = websocketUrl;
drive(client);
