export type * from "@layercode/core";
// By name: Next.js refuses "export *" in a module for the client.
export {
  attachCaptions,
  attachPushToTalk,
  attachVisualizer,
  formatDiagnosis,
  isLayercodeError,
  LayercodeClient,
  LayercodeError,
  listAudioInputDevices,
  listAudioOutputDevices,
  spokenTextOf,
  watchAudioInputDevices,
  watchAudioLevel,
  watchAudioOutputDevices,
  watchSpokenText,
} from "@layercode/core";
export type {
  AgentField,
  AgentMethods,
  AgentValues,
  LayercodeAgentOptions as UseLayercodeAgentOptions,
} from "@layercode/core/bindings";
export type { AgentSource } from "./agent-fields.js";
export { AudioVisualizer, type AudioVisualizerProps } from "./audio-visualizer.js";
export { type AgentChoice, LayercodeProvider, type LayercodeProviderProps } from "./context.js";
export {
  MicrophoneSelect,
  MicrophoneSelect as LayercodeMicrophoneSelect,
  type MicrophoneSelectProps,
  type MicrophoneSelectProps as LayercodeMicrophoneSelectProps,
} from "./microphone-select.js";
export { SpeakerSelect, type SpeakerSelectProps } from "./speaker-select.js";
export { type UseAudioLevelOptions, useAudioLevel } from "./use-audio-level.js";
export { useDataMessage } from "./use-data-message.js";
export { useLayercode } from "./use-layercode.js";
export { type UseLayercodeAgentReturn, useLayercodeAgent } from "./use-layercode-agent.js";
export { useLayercodeClient } from "./use-layercode-client.js";
export { type PushToTalkProps, type UsePushToTalkOptions, usePushToTalk } from "./use-push-to-talk.js";
export { useSpokenText } from "./use-spoken-text.js";
export { useStats } from "./use-stats.js";
export { useTool } from "./use-tool.js";
export { useTranscript } from "./use-transcript.js";
