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
