// The page of our client.
import type { Instruments } from "@layercode/browser-testing";
import { LayercodeClient, type Recording, type RecordingOptions } from "@layercode/core";
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

/** A recording that has ended. */
export interface Recorded {
  bytes: number;
  durationMs: number;
}

let recording: Recording | null = null;
const { probes } = globalThis.__instruments as Instruments;
probes["client.startRecording"] = async (options: RecordingOptions) => {
  recording = await client.startRecording(options);
};
probes["client.stopRecording"] = async (): Promise<Recorded | null> => {
  if (!recording) return null;
  const { size } = await recording.stop();
  return { bytes: size, durationMs: recording.durationMs };
};
