import { chain, next } from "../transition.js";
import { silentTurnExpired } from "./acknowledgement.js";
import { releaseAgent, releaseIfIdle, resumeDue, speechEnded, speechStarted, vadReported } from "./barge-in.js";
import { connectionBegan, connectionEnded } from "./connection-boundaries.js";
import type { Conversation, ConversationContext } from "./conversation.js";
import { delivered } from "./delivery.js";
import { interruptAgent, silenceOutput } from "./interruption.js";
import { type InterruptedBy, type Message, trimmed, withTranscript } from "./messages.js";
import {
  graceExpired,
  playbackFinished,
  playbackInterrupted,
  playbackRanDry,
  playbackStarted,
  playerFull,
  playerReportedLate,
} from "./player-reports.js";
import { userTyped } from "./transcript.js";
import type { TurnSummary } from "./turn-summary.js";
import { pressReleased, receiveFrame, textWritten, userTurnEnded } from "./turns.js";

/** What a conversation does with what happens, by the name of the event. */
export const conversationHandlers = {
  authorized: connectionBegan,
  socketMessage: receiveFrame,
  playbackStarted,
  playbackRanDry,
  playbackFinished,
  playbackInterrupted,
  playerReportedLate,
  playerFull,
  graceExpired,
  silentTurnExpired,
  turnSummarized: (conversation: Conversation, { summary }: { summary: TurnSummary }) =>
    next(conversation, { type: "emit", event: "turn-summary", payload: summary } as const),
  userTurnStarted: interruptAgent,
  pressReleased,
  pressEnded: userTurnEnded,
  textTyped: (
    conversation: Conversation,
    { messageId, text }: { messageId: string; text: string },
    { time }: { time: number },
  ) => next(withTranscript(conversation, userTyped, messageId, text, time)),
  textWritten,
  delivery: (
    conversation: Conversation,
    { messageIds, delivery }: { messageIds: readonly string[]; delivery: Message["delivery"] },
  ) => next(withTranscript(conversation, delivered, messageIds, delivery)),
  channelSwitchedOff: (conversation: Conversation, { channel }: { channel: string }, context: ConversationContext) =>
    channel === "audioOutput" ? silenceOutput(conversation, context) : next(conversation),
  connectionLost: (conversation: Conversation, _signal: unknown, context: ConversationContext) =>
    connectionEnded(conversation, { by: "connection" }, context),
  sessionEnding: connectionEnded as (
    conversation: Conversation,
    signal: { by: InterruptedBy },
    context: ConversationContext,
  ) => ReturnType<typeof connectionEnded>,
  vadReported,
  speechStarted,
  speechEnded,
  // What the microphone did to the player and has not told yet must not last either.
  detectionEnded: releaseAgent,
  resumeDue,
  eventEnded: (conversation: Conversation, _signal: unknown, { settings }: { settings: { maxMessages: number } }) =>
    chain(conversation, releaseIfIdle, (before) => next(withTranscript(before, trimmed, settings.maxMessages))),
};
