// What the bindings share: for authors of bindings, not for apps.
export {
  type Agent,
  type AgentField,
  type AgentMethods,
  type AgentValues,
  agentFields,
  createAgent,
} from "./bindings/agent.js";
export { describeInputDevice } from "./bindings/devices.js";
export type { LayercodeAgentOptions } from "./bindings/options.js";
