import type { MockSession } from "../session/mock-session.js";

/** The timelines of a test's sessions, as a failed test prints them. */
export function describeSessions(sessions: readonly MockSession[]): string {
  if (sessions.length === 0) return "\nNo client connected to the mock server.\n";
  return sessions
    .map(
      ({ connectionId, agentId, conversationId, timeline }) =>
        `\nSession ${connectionId.slice(0, 8)} with ${agentId} in ${conversationId}:\n${timeline}\n`,
    )
    .join("");
}
