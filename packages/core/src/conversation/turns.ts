import type { Frame } from "../protocol/codec.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";
import { toolCallOf } from "../protocol/tool-calls.js";
import { chain, next } from "../transition.js";
import { agentAudio, agentText, agentTurnEnded, agentTurnStarted, claimTurn } from "./agent-turn.js";
import { turnAnnounced } from "./announced.js";
import type { Conversation, ConversationContext, ConversationTransition } from "./conversation.js";
import type { ObservedMessage } from "./events.js";
import { interruptAgent } from "./interruption.js";
import { withTranscript } from "./messages.js";
import { flagsOf } from "./told.js";
import { userFinal, userSpan } from "./transcript.js";

/** One frame of the server: what it does to the conversation; every message but audio is then shown to the app. */
export function receiveFrame(
  conversation: Conversation,
  { frame, pcm, misfit }: Frame,
  context: ConversationContext,
): ConversationTransition {
  if (!frame.ok) return next(conversation, { type: "emit", event: "error", payload: frame.error });
  const { message } = frame;
  if (message.type === "response.audio") {
    const { turn_id: turnId, delta_id: deltaId = null } = message;
    if (!pcm) return next(conversation);
    return claimTurn(conversation, turnId, context, (claimed) =>
      agentAudio(claimed, { turnId, deltaId, pcm }, context),
    );
  }
  return chain(
    conversation,
    (before) => (message.type === "unknown" ? next(before) : receive(before, message, context)),
    (before) => {
      const flags = flagsOf(before, context);
      const { agentSpeaking } = flags;
      const shown = message.type === "unknown" ? message.raw : message;
      // A foreign message is shown as it came, though ObservedMessage cannot name its type.
      if (message.type === "response.data") {
        if (toolCallOf(message.content)) return next(before);
        const data = { type: "emit", event: "data", payload: { ...message, agentSpeaking } } as const;
        if (!misfit) return next(before, data);
        const { error, issues } = misfit;
        return next(
          before,
          { type: "emit", event: "error", payload: error },
          { ...data, payload: { ...data.payload, issues } },
        );
      }
      return next(before, { type: "emit", event: "message", payload: { ...shown, ...flags } as ObservedMessage });
    },
  );
}

/** The user has said it all, as the press, a typed message or the server tells: the answer is due. */
export function userTurnEnded(conversation: Conversation): ConversationTransition {
  return next({ ...conversation, pending: "answer" }, { signal: "userTurnEnded" });
}

/** The user has let go of push-to-talk, which closes the turn that the server had opened for it. */
export function pressReleased(conversation: Conversation): ConversationTransition {
  return next({ ...conversation, userTurnIsOpen: false });
}

/** A typed message is on the wire: it interrupts the agent, and it is all that the user says. */
export function textWritten(
  conversation: Conversation,
  _event: unknown,
  context: ConversationContext,
): ConversationTransition {
  return chain(conversation, (before) => interruptAgent(before, null, context), userTurnEnded);
}

function receive(
  conversation: Conversation,
  message: Exclude<ServerMessage, { type: "response.audio" }>,
  context: ConversationContext,
): ConversationTransition {
  switch (message.type) {
    case "turn.start":
      return turnStarted(conversation, message, context);
    case "turn.end":
      if (message.role === "assistant") return next(conversation);
      return endUserTurn({ ...conversation, userTurnIsOpen: false });
    case "response.end":
      return claimTurn(conversation, message.turn_id, context, (claimed) =>
        agentTurnEnded(claimed, message.turn_id, context),
      );
    case "response.text":
    case "response.text.delta": {
      const piece = { turnId: message.turn_id, content: message.content, time: context.time };
      const isDelta = message.type === "response.text.delta";
      return claimTurn(conversation, piece.turnId, context, (claimed) => agentText(claimed, piece, isDelta, context));
    }
    case "user.transcript.interim_delta":
    case "user.transcript.delta": {
      const piece = { turnId: message.turn_id, content: message.content, time: context.time };
      const isFrozen = message.type === "user.transcript.delta";
      return next(withTranscript(conversation, userSpan, piece, message.delta_counter, isFrozen));
    }
    case "user.transcript": {
      const piece = { turnId: message.turn_id, content: message.content, time: context.time };
      return endUserTurn(withTranscript(conversation, userFinal, piece));
    }
    case "response.data":
      return next(conversation);
  }
}

function turnStarted(
  conversation: Conversation,
  { role, turn_id }: ServerMessageOf<"turn.start">,
  context: ConversationContext,
): ConversationTransition {
  const turnId = turn_id ?? null;
  const isUser = role === "user";
  const announced = withTranscript(conversation, turnAnnounced, role, turnId, context.time);
  const taken: Conversation = { ...announced, turn: { role, turnId }, userTurnIsOpen: isUser };
  if (!isUser) return agentTurnStarted(taken, turnId, context);
  // The user goes on: no answer is due yet.
  const reopened: Conversation = taken.pending === "answer" ? { ...taken, pending: "nothing" } : taken;
  return context.canInterrupt ? interruptAgent(reopened, null, context) : next(reopened);
}

function endUserTurn(conversation: Conversation): ConversationTransition {
  // A late transcript, after the agent's turn has started, must not mark the user's turn as just ended.
  return conversation.turn?.role === "user" ? userTurnEnded(conversation) : next(conversation);
}
