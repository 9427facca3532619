export { type NodeRequest, type NodeResponse, toNodeHandler } from "./authorization/node-handler.js";
export { createAuthorizeHandler } from "./authorization/server.js";
export type {
  AgentChoice,
  AuthorizeContext,
  AuthorizeDecision,
  AuthorizedContext,
  AuthorizeHandlerOptions,
  AuthorizeRequestBody,
  OpenedContext,
  PerRequest,
  SessionConfig,
} from "./authorization/server-options.js";
export {
  type AnswerOptions,
  type CallableTools,
  type CalledTools,
  createToolCaller,
  type SendToPage,
  ToolCallError,
  type ToolCallErrorCode,
  type ToolCaller,
  type ToolCallerOptions,
} from "./tool-caller/tool-caller.js";
