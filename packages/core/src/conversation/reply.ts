import { bareTurnId, isSameTurn } from "../protocol/turn-id.js";

/** How many turns that are ignored are remembered. */
const ignoredLimit = 500;

/** The agent's current turn. */
export interface Reply {
  /** As the server wrote it; `null` until a message names it. */
  readonly turnId: string | null;
  /** Whether its `response.end` came. */
  readonly ended: boolean;
  readonly hasAudio: boolean;
  /** Whether a `replay_finished` was sent for it. */
  readonly acknowledged: boolean;
}

/** What is known of the agent's turns. */
export interface Replies {
  readonly current: Reply | null;
  /** Bare ids of turns whose messages are ignored: interrupted ones, and those of earlier connections. */
  readonly ignoredTurnIds: readonly string[];
  /** A turn was interrupted before a message named it: whatever comes before the next `turn.start` belongs to it. */
  readonly ignoresUnnamed: boolean;
  /** Whether a `response.end` came on this connection. */
  readonly serverSendsEnd: boolean;
}

/** Changes some of what is known. */
export function withReplies<C extends { readonly replies: Replies }>(conversation: C, patch: Partial<Replies>): C {
  return { ...conversation, replies: { ...conversation.replies, ...patch } };
}

/** Changes some of the current reply, if it is the one of this id; `null` names whichever is current. */
export function withReply<C extends { readonly replies: Replies }>(
  conversation: C,
  turnId: string | null,
  patch: Partial<Reply>,
): C {
  const { current } = conversation.replies;
  if (!current || (turnId !== null && !isReply(current, turnId))) return conversation;
  return withReplies(conversation, { current: { ...current, ...patch } });
}

/** Whatever still comes of these turns is ignored. */
export function ignoreTurns<C extends { readonly replies: Replies }>(conversation: C, turnIds: readonly string[]): C {
  const ignored = new Set([...conversation.replies.ignoredTurnIds, ...turnIds.map(bareTurnId)]);
  return withReplies(conversation, { ignoredTurnIds: [...ignored].slice(-ignoredLimit) });
}

/** Whether messages of the turn are ignored. */
export function isIgnored({ ignoredTurnIds }: Replies, turnId: string): boolean {
  return ignoredTurnIds.includes(bareTurnId(turnId));
}

/** Whether the reply has this id; one that no message has named yet has none. */
export function isReply(reply: Reply, turnId: string): boolean {
  return reply.turnId !== null && isSameTurn(reply.turnId, turnId);
}
