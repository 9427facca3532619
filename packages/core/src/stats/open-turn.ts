import type { Conversation } from "../conversation/conversation.js";
import type { TurnSummary } from "../conversation/turn-summary.js";
import type { Model } from "../machine/model.js";
import type { Mark } from "./marks.js";

/** Whether two ids are of one turn. */
export type IsSameTurn = (one: string, other: string) => boolean;

/** When the user's speech had ended, in seconds on the audio clock, and who says so. */
export interface SpeechEnd {
  readonly from: NonNullable<TurnSummary["speechEndFrom"]>;
  readonly audioTime: number;
}

/** A turn of the agent that is not over. */
export interface OpenTurn {
  readonly summary: TurnSummary;
  /** Whether a message with audio or text has come of it. */
  readonly hasReplied: boolean;
  /** Whether the server was told that it was heard. */
  readonly isAcknowledged: boolean;
  /** Whether the server never began it while another one goes on: sound of it may come until something tells of its end. */
  readonly isBeside: boolean;
  readonly speechEnd: SpeechEnd | null;
  /** Since when the user has waited for it, or when it began, in ms on the page's clock. */
  readonly since: number;
}

export function newTurn({ model, now }: Mark, turnId: string | null): OpenTurn {
  const summary: TurnSummary = {
    turnId,
    conversationId: model.connection.conversationId,
    interrupted: false,
    voiceToVoiceMs: null,
    speechEndFrom: null,
    responseMs: null,
    heardMs: null,
    underruns: 0,
    silenceMs: 0,
    stretchedMs: null,
    concealedMs: null,
  };
  const isBeside = model.conversation.replies.current?.turnId !== turnId;
  return { summary, hasReplied: false, isAcknowledged: false, isBeside, speechEnd: null, since: now };
}

/** Changes some of what is known of how it goes. */
export function withFigures(turn: OpenTurn, figures: Partial<TurnSummary>): OpenTurn {
  return { ...turn, summary: { ...turn.summary, ...figures } };
}

/** Whether an id, which `null` stands for as long as nobody has named it, is the turn's. */
export function isTurn({ summary }: OpenTurn, turnId: string | null, isSame: IsSameTurn): boolean {
  return summary.turnId === null || turnId === null ? summary.turnId === turnId : isSame(summary.turnId, turnId);
}

/** Its `response.end`, and whoever begins a turn, tell that no more comes of a turn beside another one. */
export function withEnd(turn: OpenTurn, { what }: Mark, isSame: IsSameTurn): OpenTurn {
  const isEnd =
    what.type === "turn.start" || (what.type === "response.end" && isTurn(turn, what.turnId ?? null, isSame));
  return isEnd ? { ...turn, isBeside: false } : turn;
}

/** What the player reports of the turn, as an event; how much of it was heard is in the conversation. */
export function withReport(turn: OpenTurn, { what, audioTime = NaN, model }: Mark, isSame: IsSameTurn): OpenTurn {
  const { speeches } = model.conversation.transcript;
  const { summary, speechEnd } = turn;
  const heardMs = speeches.findLast(({ turnId }) => isTurn(turn, turnId, isSame))?.heardMs ?? 0;
  const known = heardMs > (summary.heardMs ?? 0) ? withFigures(turn, { heardMs }) : turn;
  if (what.type === "playbackStarted" && isTurn(turn, what.turnId, isSame)) {
    const { time = audioTime, silentMs = 0 } = what;
    const isFirst = summary.heardMs === null;
    const waitedMs = isFirst && speechEnd ? Math.max(0, (time - speechEnd.audioTime) * 1000) : NaN;
    return withFigures(known, {
      heardMs: known.summary.heardMs ?? 0,
      voiceToVoiceMs: Number.isFinite(waitedMs) ? waitedMs : summary.voiceToVoiceMs,
      underruns: summary.underruns + (silentMs > 0 ? 1 : 0),
      silenceMs: summary.silenceMs + silentMs,
    });
  }
  if (!("position" in what) || !isTurn(turn, what.position.turnId, isSame)) return known;
  const { stretchedMs = null, concealedMs = null } = what.position;
  return withFigures(known, { heardMs: Math.max(heardMs, what.position.ms), stretchedMs, concealedMs });
}

/** Whether the user, or the end of the connection, broke it off before it was whole. */
export function isBrokenOff(turn: OpenTurn, conversation: Conversation, isSame: IsSameTurn): boolean {
  // A server that tells nowhere where turns end: one that was acknowledged was whole.
  const wasWhole = turn.isAcknowledged && !conversation.replies.serverSendsEnd;
  return !wasWhole && isDropped(turn, conversation, isSame);
}

/** Whether whatever still comes of it is ignored. */
function isDropped(turn: OpenTurn, { replies }: Conversation, isSame: IsSameTurn): boolean {
  const { current, ignoredTurnIds, ignoresUnnamed } = replies;
  // With its connection a conversation forgets whose turn it was.
  if (!current) return true;
  return turn.summary.turnId === null ? ignoresUnnamed : ignoredTurnIds.some((turnId) => isTurn(turn, turnId, isSame));
}

/** Whether nothing more is to be known of it. */
export function isOver(turn: OpenTurn, { conversation, audioOutput }: Model, isSame: IsSameTurn): boolean {
  const { replies, playback, transcript } = conversation;
  const { current, serverSendsEnd } = replies;
  const isThis = (turnId: string | null) => isTurn(turn, turnId, isSame);
  if (playback.queuedTurnIds.some(isThis) || playback.awaitingHeardPosition.some(isThis)) return false;
  if (transcript.speeches.findLast(({ turnId }) => isThis(turnId))?.awaitsHeardPosition) return false;
  if (isDropped(turn, conversation, isSame)) return true;
  if (!current || !isThis(current.turnId) || current.ended)
    return !turn.isBeside || !audioOutput.isOn || turn.summary.heardMs !== null;
  if (serverSendsEnd || !current.acknowledged) return false;
  // A server that tells nowhere where turns end: what was heard counts as whole, or read where there is no sound. One that
  // was acknowledged because it was silent for so long may still be heard.
  return audioOutput.isOn ? turn.summary.heardMs !== null : turn.hasReplied;
}
