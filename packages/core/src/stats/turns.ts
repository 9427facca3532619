import type { TurnSummary } from "../conversation/turn-summary.js";
import type { Mark } from "./marks.js";
import {
  type IsSameTurn,
  isBrokenOff,
  isOver,
  isTurn,
  newTurn,
  type OpenTurn,
  type SpeechEnd,
  withEnd,
  withFigures,
  withReport,
} from "./open-turn.js";

/** How many turns are remembered. */
const limit = 500;

/** The user has said it all: an answer is due. */
interface UserEnd {
  readonly from: "server" | "press" | "text";
  /** When, in ms on the page's clock, and in seconds on the audio clock; `NaN` where there is none. */
  readonly now: number;
  readonly audioTime: number;
}

/** What is known of the turns of a session. */
export interface Turns {
  /** Whose turn the server began last. */
  readonly role: "user" | "assistant" | null;
  /** Whether the server has heard the user since the last reply. */
  readonly isAsked: boolean;
  readonly userEnd: UserEnd | null;
  /** The press was released, and its end is not on the wire yet. */
  readonly released: UserEnd | null;
  /** When the last reply began, in seconds on the audio clock: speech before that was answered. */
  readonly repliedAt: number;
  readonly open: readonly OpenTurn[];
  /** The ids of those that are over, of the newest ones. */
  readonly endedIds: readonly string[];
  readonly count: number;
  readonly interrupted: number;
  readonly voiceToVoiceMs: readonly number[];
  readonly responseMs: readonly number[];
  readonly last: TurnSummary | null;
  /** Of those that are over. */
  readonly stretchedMs: number | null;
  readonly concealedMs: number | null;
}

/** A turn that is over, and since when the user had waited for it, in ms on the page's clock. */
export interface EndedTurn {
  readonly summary: TurnSummary;
  readonly since: number;
}

export const noTurns: Turns = {
  role: null,
  isAsked: false,
  userEnd: null,
  released: null,
  repliedAt: -Infinity,
  open: [],
  endedIds: [],
  count: 0,
  interrupted: 0,
  voiceToVoiceMs: [],
  responseMs: [],
  last: null,
  stretchedMs: null,
  concealedMs: null,
};

/** What is known after a mark, and the turns that it ended. Pure. */
export function takeMark(before: Turns, mark: Mark, isSame: IsSameTurn): { turns: Turns; ended: EndedTurn[] } {
  const { conversation } = mark.model;
  const ended: EndedTurn[] = [];
  const end = (turns: Turns, isEnded: (turn: OpenTurn) => boolean): Turns => {
    const over = turns.open.filter(isEnded);
    ended.push(...over);
    return over.reduce(withEnded, { ...turns, open: turns.open.filter((turn) => !over.includes(turn)) });
  };
  const follow = (turn: OpenTurn) => {
    const followed = withReport(withEnd(turn, mark, isSame), mark, isSame);
    const isBroken = isBrokenOff(followed, conversation, isSame);
    return isBroken ? withFigures(followed, { interrupted: true }) : followed;
  };
  const settle = (turn: OpenTurn) => {
    const { current } = conversation.replies;
    const isCurrent = current !== null && isTurn(turn, current.turnId, isSame);
    return isCurrent && current.acknowledged ? { ...turn, isAcknowledged: true } : turn;
  };
  const asked = noteUser(before, mark);
  const begun = noteReply(asked, mark, isSame, (turns) => end(turns, (turn) => isGivenUp(turn, mark)));
  const followed = { ...begun, open: begun.open.map(follow) };
  const turns = end(followed, (turn) => mark.what.type === "audioClosed" || isOver(turn, mark.model, isSame));
  return { turns: { ...turns, open: turns.open.map(settle) }, ended };
}

/** Whether the next turn ends it: one without a name, and one whose player still owes how far it was heard, or never tells. */
function isGivenUp({ summary }: OpenTurn, { what, model }: Mark): boolean {
  if (summary.interrupted) return true;
  const isAnotherUnnamed = what.type === "turn.start" && model.conversation.replies.current?.turnId === null;
  return summary.turnId === null && isAnotherUnnamed;
}

/** What the user does, and the server makes of it. */
function noteUser(turns: Turns, { what, now, audioTime = NaN }: Mark): Turns {
  const { role, userEnd, released } = turns;
  const at = { now, audioTime };
  switch (what.type) {
    case "turn.start":
      if (what.role !== "user") return { ...turns, role: "assistant" };
      // What the server hears goes on; of what was typed or pressed it only tells.
      return { ...turns, role: "user", isAsked: true, userEnd: userEnd?.from === "server" ? null : userEnd };
    case "turn.end":
    case "user.transcript":
      if (role !== "user" || userEnd || what.role === "assistant") return turns;
      return { ...turns, userEnd: { from: "server", ...at } };
    case "sendText":
      // What is no text is refused.
      return typeof what.text !== "string" ? turns : { ...turns, userEnd: { from: "text", ...at } };
    case "press":
      return { ...turns, released: null };
    case "release": {
      if (released) return turns;
      const ago = Number.isFinite(what.at) ? audioTime - what.at : 0;
      return { ...turns, released: { from: "press", now: now - ago * 1000, audioTime: audioTime - ago } };
    }
    case "send":
      if (what.message.type !== "trigger.turn.end") return turns;
      return { ...turns, isAsked: true, userEnd: released ?? { from: "press", ...at }, released: null };
    default:
      return turns;
  }
}

/** A message of the agent: it may begin a turn, name it, or be the first that one hears of it. */
function noteReply(turns: Turns, mark: Mark, isSame: IsSameTurn, giveUp: (turns: Turns) => Turns): Turns {
  const { what, model } = mark;
  const { current } = model.conversation.replies;
  const isStart = what.type === "turn.start" && what.role === "assistant";
  const isReply = /^response\.[at]/.test(what.type);
  if (!current || !(isStart || isReply)) return turns;
  // Of a turn that was never begun, while another one goes on, the messages are shown all the same.
  const turnId = isReply && "turnId" in what ? (what.turnId ?? null) : current.turnId;
  const isIgnored = turnId !== null && model.conversation.replies.ignoredTurnIds.some((other) => isSame(other, turnId));
  if (isIgnored) return turns;
  const isThis = (turn: OpenTurn) => isTurn(turn, turnId, isSame);
  const isKnown = turns.open.some(isThis) && !(isStart && turnId === null);
  const unnamed = isReply && !isKnown ? turns.open.find((turn) => turn.summary.turnId === null) : undefined;
  const isEnded = turnId !== null && turns.endedIds.some((other) => isSame(other, turnId));
  const begun: Turns = (() => {
    if (isKnown || isEnded) return turns;
    if (unnamed)
      return { ...turns, open: turns.open.map((turn) => (turn === unnamed ? withFigures(turn, { turnId }) : turn)) };
    const rest = giveUp(turns);
    return { ...rest, open: [...rest.open, newTurn(mark, turnId)] };
  })();
  const replied = isReply ? begun.open.find((turn) => isThis(turn) && !turn.hasReplied) : undefined;
  return replied ? withReply(begun, replied, mark) : begun;
}

/** The first message with audio or text of a turn: from here on its latencies are known. */
function withReply(turns: Turns, turn: OpenTurn, mark: Mark): Turns {
  const { now, audioTime = NaN } = mark;
  const { userEnd } = turns;
  const speechEnd = speechEndOf(turns, mark);
  const responseMs = userEnd ? Math.max(0, now - userEnd.now) : null;
  const spokenAt = speechEnd ? now - (audioTime - speechEnd.audioTime) * 1000 : NaN;
  const since = Number.isFinite(spokenAt) ? spokenAt : (userEnd?.now ?? turn.since);
  const replied = {
    ...withFigures(turn, { responseMs, speechEndFrom: speechEnd?.from ?? null }),
    hasReplied: true,
    speechEnd,
    since,
  };
  return {
    ...turns,
    isAsked: false,
    userEnd: null,
    repliedAt: Number.isFinite(audioTime) ? audioTime : turns.repliedAt,
    open: turns.open.map((other) => (other === turn ? replied : other)),
  };
}

/** When the speech had ended to which this is the reply; `null` where it is to none. */
function speechEndOf({ isAsked, userEnd, repliedAt }: Turns, { spokenUntil }: Mark): SpeechEnd | null {
  if (!isAsked || userEnd?.from === "text") return null;
  if (userEnd?.from !== "press" && spokenUntil !== undefined && spokenUntil > repliedAt)
    return { from: "detection", audioTime: spokenUntil };
  return userEnd && { from: userEnd.from, audioTime: userEnd.audioTime };
}

function withEnded(turns: Turns, { summary }: OpenTurn): Turns {
  const { turnId, interrupted, voiceToVoiceMs, responseMs, stretchedMs, concealedMs } = summary;
  return {
    ...turns,
    endedIds: newest(turns.endedIds, turnId),
    count: turns.count + 1,
    interrupted: turns.interrupted + Number(interrupted),
    voiceToVoiceMs: newest(turns.voiceToVoiceMs, voiceToVoiceMs),
    responseMs: newest(turns.responseMs, responseMs),
    stretchedMs: sum(turns.stretchedMs, stretchedMs),
    concealedMs: sum(turns.concealedMs, concealedMs),
    last: summary,
  };
}

function newest<T>(values: readonly T[], value: T | null): readonly T[] {
  return value === null ? values : [...values, value].slice(-limit);
}

/** What is not known is no part of a sum; where nothing is known, neither is the sum. */
export function sum(one: number | null, other: number | null): number | null {
  return one === null ? other : one + (other ?? 0);
}
