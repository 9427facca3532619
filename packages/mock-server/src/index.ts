export type { AgentConfig, MockAgent } from "./agents.js";
export { builtInAgents } from "./agents.js";
export type { SpokenTurn, Transcribe } from "./conversation/conversation.js";
export type {
  AuthorizeFault,
  Direction,
  Drop,
  FaultControl,
  Faults,
  FrameFault,
  FrameFaults,
  Injection,
  LinkFaults,
  ServerFaultControl,
  ServerFaults,
} from "./faults/faults.js";
export type { Limits } from "./limits.js";
export type { Utterance } from "./listening/ear.js";
export type { Match } from "./matching.js";
export type { MockServerOptions } from "./options.js";
export type { ProtocolSettings } from "./protocol/settings.js";
export { documentedProtocol } from "./protocol/settings.js";
export { assistant } from "./scenarios/assistant.js";
export type { ScenarioName } from "./scenarios/built-in.js";
export { scenarioNames } from "./scenarios/built-in.js";
export { echo } from "./scenarios/echo.js";
export { loadScenario } from "./scenarios/load-scenario.js";
export { parseScript } from "./scenarios/parse-script.js";
export type { ConversationContext, Line, Scenario, Turn, UserSpeech } from "./scenarios/scenario.js";
export type { Expectation, RawMessage, Script, ScriptTurn, Wanted } from "./scenarios/script.js";
export type { UnmetExpectation } from "./scenarios/script-progress.js";
export type { MockServer, MockServerEvents } from "./server.js";
export { createMockServer } from "./server.js";
export type { WaitOptions } from "./session/awaiting.js";
export type { ReceivedMessage, SentMessage } from "./session/messages.js";
export type { MockSession } from "./session/mock-session.js";
export type { Received } from "./session/received.js";
export type { Recorded } from "./session/record.js";
export type { Timeline } from "./session/timeline.js";
export type { TimelineEntry } from "./session/timeline-entry.js";
export type { VoiceName } from "./speech/create-voice.js";
