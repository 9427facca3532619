export * from "@layercode/core";
export type { AgentField, AgentMethods, AgentValues, LayercodeAgentOptions } from "@layercode/core/bindings";
export { type LayercodeAgent, useLayercodeAgent } from "./agent.js";
export { audioLevel, audioVisualizer, pushToTalk } from "./attachments.js";
export { getLayercode, setLayercode } from "./context.js";
export { microphoneSelect } from "./microphone-select.js";
export { toStore } from "./store.js";
export { useTranscript } from "./transcript.js";
