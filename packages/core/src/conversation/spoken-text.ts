import type { PlaybackPosition } from "../audio/ports.js";
import { isSameTurn } from "../protocol/turn-id.js";
import type { Conversation } from "./conversation.js";
import type { Message, Transcript } from "./messages.js";
import { heardOf, lengthHeard, type Speech, speechOf, wholeWords } from "./speech.js";
import { find, rateOf } from "./transcript.js";

/** What of the agent's speech has been heard by now. */
export interface SpokenText {
  /** The message that is being heard, or was the last one. */
  readonly messageId: string;
  /** The beginning of its text that has been heard by now, in whole words. */
  readonly text: string;
  /** Whether the speech has not come whole yet: then the agent's speaking rate stands in for its length. */
  readonly isEstimate: boolean;
  /** The messages behind it of which nothing has been heard yet. */
  readonly unheardIds: readonly string[];
}

/**
 * What of the agent's speech has been heard by now. `heard`: where the player is, if it plays; `before`: the last result,
 * which is never shortened within a turn, but by an interruption, and returned where nothing has changed. `rateFor` tells how
 * fast the agent speaks in a turn: to learn it goes through all that was said, so whoever asks often remembers it.
 */
export function spokenText(
  conversation: Conversation,
  isAudible: boolean,
  heard: PlaybackPosition | null,
  before: SpokenText | null,
  rateFor: (transcript: Transcript, turnId: string) => number = rateOf,
): SpokenText | null {
  const { transcript } = conversation;
  const due = unheardTurnIds(conversation, isAudible).flatMap((turnId) => find(transcript, "assistant", turnId) ?? []);
  const message = due[0] ?? transcript.messages.findLast(({ role }) => role === "assistant");
  if (!message) return null;
  const { id, turnId } = message;
  const speech = speechOf(transcript.speeches, turnId ?? "");
  const shown = before?.messageId === id ? before.text : "";
  const [text, isEstimate] =
    message === due[0]
      ? spokenOf(message, heardBy(speech, heard), () => rateFor(transcript, turnId ?? ""), shown)
      : settledText(message, speech, shown);
  const unheardIds = due.slice(1).map((one) => one.id);
  const isSame = before?.messageId === id && shown === text && before.isEstimate === isEstimate;
  return isSame && before.unheardIds.join() === unheardIds.join()
    ? before
    : { messageId: id, text, isEstimate, unheardIds };
}

/** The turns that are not heard to their end, in their order: those in the player, and one that has still to come there. */
function unheardTurnIds({ playback, replies }: Conversation, isAudible: boolean): readonly string[] {
  const { queuedTurnIds } = playback;
  const { current } = replies;
  const isAwaited = isAudible && current && !current.ended && !current.hasAudio && !current.acknowledged;
  return isAwaited && current.turnId !== null ? [...queuedTurnIds, current.turnId] : queuedTurnIds;
}

function heardBy(speech: Speech, heard: PlaybackPosition | null): Speech {
  const isThis = heard !== null && isSameTurn(heard.turnId, speech.turnId);
  return isThis ? { ...speech, heardMs: Math.max(speech.heardMs, heard.ms) } : speech;
}

type Spoken = readonly [text: string, isEstimate: boolean];

/** Of a message that is being heard. */
function spokenOf({ text, status }: Message, speech: Speech, rateOf: () => number, shown: string): Spoken {
  const { complete, heardMs } = speech;
  if (heardMs === 0) return [shown, false];
  const rate = complete ? 1 : rateOf();
  // A word at the end of a text that is still growing may be half a word.
  const spoken =
    status === "interim"
      ? wholeWords(text, Math.min(lengthHeard(text, speech, rate), text.length - 1))
      : heardOf(text, speech, rate).heardText;
  // The rate has promised more than the whole speech then tells: what was shown stays.
  return [shown.length > spoken.length && text.startsWith(shown) ? shown : spoken, !complete];
}

/** Of a message that nobody hears any more: read with the sound off, heard to its end, or interrupted. */
function settledText(message: Message, speech: Speech, shown: string): Spoken {
  const { text, status, heardText } = message;
  if (status === "interim") return [wholeWords(text, text.length - 1), false];
  if (status === "final") return [text, false];
  // Until the player has answered the interruption, nothing moves.
  if (heardText === undefined) return [speech.awaitsHeardPosition ? shown : text, false];
  return [heardText, message.heardTextIsEstimate === true && !speech.complete];
}
