export * from "@layercode/core";
export type { LayercodeAgentOptions } from "@layercode/core/bindings";
export { AudioVisualizer } from "./audio-visualizer.js";
export { createLayercode, injectLayercode, provideLayercode } from "./context.js";
export { MicrophoneSelect } from "./microphone-select.js";
export { SpeakerSelect } from "./speaker-select.js";
export { type UseAudioLevelOptions, useAudioLevel } from "./use-audio-level.js";
export { useDataMessage } from "./use-data-message.js";
export {
  type AnyLayercodeAgent,
  type LayercodeAgent,
  type ReactiveLayercodeAgent,
  type UseLayercodeAgentOptions,
  useLayercodeAgent,
} from "./use-layercode-agent.js";
export * from "./use-push-to-talk.js";
export { useSpokenText } from "./use-spoken-text.js";
export { useStats } from "./use-stats.js";
export { useTool } from "./use-tool.js";
export { useTranscript } from "./use-transcript.js";
export { type PushToTalkBinding, vPushToTalk } from "./v-push-to-talk.js";
