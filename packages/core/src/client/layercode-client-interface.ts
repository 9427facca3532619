import type { LayercodeClient } from "./client.js";

/** What of a client Layercode's own has too, by these names: for apps that stand something else in its place. */
export type ILayercodeClient = Pick<
  LayercodeClient,
  | "connect"
  | "disconnect"
  | "triggerUserTurnStarted"
  | "triggerUserTurnFinished"
  | "getStream"
  | "setPreferredInputDevice"
  | "setInputDevice"
  | "listDevices"
  | "onDeviceSwitched"
  | "onDevicesChanged"
  | "setAudioInput"
  | "setAudioOutput"
  | "mute"
  | "unmute"
  | "sendClientResponseText"
  | "sendClientResponseData"
  | "status"
  | "userAudioAmplitude"
  | "agentAudioAmplitude"
  | "isMuted"
  | "conversationId"
  | "userSpeaking"
  | "agentSpeaking"
>;
