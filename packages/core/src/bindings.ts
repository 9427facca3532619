// What the three bindings share. Apps import a binding instead.
export {
  type Agent,
  type AgentField,
  type AgentMethods,
  type AgentValues,
  agentFields,
  createAgent,
} from "./bindings/agent.js";
export { latestTool } from "./bindings/latest-tool.js";
export type { LayercodeAgentOptions } from "./bindings/options.js";
export {
  deviceOfValue,
  type SelectableDevices,
  selectableMicrophones,
  selectableSpeakers,
  selectedValue,
  systemDefaultValue,
} from "./bindings/selectable-devices.js";
export { spokenTextStore } from "./bindings/spoken-text.js";
export { createStatsStore } from "./bindings/stats.js";
