// The page of Layercode's own client.
import LayercodeClient from "@layercode/js-sdk";
import { drive, levels, onStatus, settings } from "./drive.js";

const { agentId, audioInput, websocketUrl } = settings;
const client = new LayercodeClient({
  agentId,
  audioInput,
  authorizeSessionEndpoint: "/api/authorize",
  // Its model would come from a server on the internet, and ours detects no voice here either.
  enableVAD: false,
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
