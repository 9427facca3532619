import type { ServerMessageOf } from "@layercode/core/protocol";
import type { MockSession, ReceivedMessage, SentMessage } from "@layercode/mock-server";

type Received<T extends ReceivedMessage["type"]> = Extract<ReceivedMessage, { type: T }>;

const timeoutMs = 20_000;

/** The next turn of the agent: its id, once the server has opened it. */
export async function agentTurn(session: MockSession, after?: SentMessage): Promise<string> {
  const opened = (await session.waitForSent(
    (message) => message.type === "turn.start" && "role" in message && message.role === "assistant",
    { timeoutMs, ...(after ? { after } : {}) },
  )) as ServerMessageOf<"turn.start">;
  if (!opened.turn_id) throw new Error("The mock server opened a turn without an id.");
  return opened.turn_id;
}

/** The message by which the server gives the user the floor. */
export function userTurnOpened(session: MockSession, after?: SentMessage): Promise<SentMessage> {
  return session.waitForSent(
    (message) => message.type === "turn.start" && "role" in message && message.role === "user",
    { timeoutMs, ...(after ? { after } : {}) },
  );
}

/** Waits until the client has reported that all of a turn was heard, or that it was interrupted. */
export async function replayFinished(
  session: MockSession,
  turnId: string,
): Promise<Received<"trigger.response.audio.replay_finished">> {
  const message = await session.waitFor(
    (message) => message.type === "trigger.response.audio.replay_finished" && message.turn_id === turnId,
    { timeoutMs },
  );
  return message as Received<"trigger.response.audio.replay_finished">;
}

/** The ids of all turns that were reported as heard, in order. */
export function reportedTurns(session: MockSession): (string | undefined)[] {
  return session.received.messages.flatMap(({ message }) =>
    message.type === "trigger.response.audio.replay_finished" ? [message.turn_id] : [],
  );
}

/** The types of what the client wrote, in order, each run of equal ones as one. */
export function received(session: MockSession, { without }: { without?: ReceivedMessage["type"] } = {}): string[] {
  const types = session.received.messages.map(({ message }) => message.type).filter((type) => type !== without);
  return types.filter((type, i) => type !== types[i - 1]);
}
