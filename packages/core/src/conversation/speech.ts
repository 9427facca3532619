import { bareTurnId } from "../protocol/turn-id.js";
import { lengthInMs, lengthOfShare, usualMs } from "./speaking-rate.js";

/** Bytes of a millisecond of the agent's speech: PCM16, mono, 16000 Hz (docs/protocol.md#3-audio). */
const bytesPerMs = 32;
/** How many turns are remembered, newest last. */
const turnLimit = 64;
/** A turn counts as heard whole when the player reports at most this much less, in ms: it rounds to samples of the device. */
const toleranceMs = 10;

/** How much of a turn's speech came, and was heard. */
export interface Speech {
  /** Without a prefix. */
  readonly turnId: string;
  readonly bytes: number;
  readonly heardMs: number;
  /** Whether nothing more comes of it. */
  readonly complete: boolean;
  /** Whether the player was interrupted in it, and has still to report how far it was heard. */
  readonly awaitsHeardPosition: boolean;
}

/** A beginning of a text. */
export interface HeardText {
  readonly heardText: string;
  /** Whether it ends within the text: then it is estimated, since a time says nothing exact of words. */
  readonly heardTextIsEstimate: boolean;
}

/** Notes what became known of a turn's speech. */
export function noteSpeech(
  speeches: readonly Speech[],
  turnId: string,
  change: (speech: Speech) => Partial<Speech>,
): readonly Speech[] {
  const speech = speechOf(speeches, turnId);
  const noted = { ...speech, ...change(speech) };
  const index = speeches.indexOf(speech);
  return index < 0 ? [...speeches, noted].slice(-turnLimit) : speeches.with(index, noted);
}

/** What is known of a turn's speech; of an unknown turn, that nothing came. */
export function speechOf(speeches: readonly Speech[], turnId: string): Speech {
  const bare = bareTurnId(turnId);
  const unheardOf = { turnId: bare, bytes: 0, heardMs: 0, complete: false, awaitsHeardPosition: false };
  return speeches.findLast((speech) => speech.turnId === bare) ?? unheardOf;
}

/** How fast the agent speaks, as a multiple of usual speech, by turns that were heard to their end and their texts. */
export function speakingRate(speeches: readonly Speech[], textOf: (turnId: string) => string): number {
  let usual = 0;
  let ms = 0;
  for (const speech of speeches) {
    const text = textOf(speech.turnId);
    if (text.length === 0 || !isHeardWhole(speech)) continue;
    usual += usualMs(text);
    ms += speech.bytes / bytesPerMs;
  }
  return ms > 0 ? usual / ms : 1;
}

/**
 * What of a text was heard: its share of the speech where that has come whole, else what the rate (a multiple of usual
 * speech) makes of the time; up to the last word that is whole.
 */
export function heardOf(text: string, speech: Speech, rate: number): HeardText {
  const { heardMs, complete } = speech;
  const isAll = complete && isHeardWhole(speech);
  if (isAll || heardMs === 0) return { heardText: isAll ? text : "", heardTextIsEstimate: false };
  return { heardText: wholeWords(text, lengthHeard(text, speech, rate)), heardTextIsEstimate: true };
}

/** How much of a text was heard, in UTF-16 units of it. */
export function lengthHeard(text: string, { bytes, heardMs, complete }: Speech, rate: number): number {
  return complete ? lengthOfShare(text, (heardMs * bytesPerMs) / bytes) : lengthInMs(text, heardMs * rate);
}

function isHeardWhole({ bytes, heardMs }: Speech): boolean {
  return bytes > 0 && heardMs + toleranceMs >= bytes / bytesPerMs;
}

/** The words that are whole in the first `length` characters, also of languages that put no spaces between them. */
export function wholeWords(text: string, length: number): string {
  if (length >= text.length) return text;
  // Firefox has Intl.Segmenter since 125.
  const words = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "word" });
  const end = words ? words.segment(text).containing(length)?.index : endOfPieces(text, length);
  return text.slice(0, end ?? 0).trimEnd();
}

/** The scripts that put no spaces between words. */
const unspaced = ["Han", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr"].map((script) => `\\p{scx=${script}}`).join("");
/**
 * What stands between two ends of words, as well as it can be told without a dictionary: a character of such a script,
 * with its marks; else all up to the next space.
 */
const pieces = new RegExp(`[${unspaced}]\\p{M}*|[^\\s${unspaced}]+|\\s+`, "gu");

/** Where the last piece ends that is whole in the first `length` characters. */
function endOfPieces(text: string, length: number): number {
  let end = 0;
  for (const [piece] of text.matchAll(pieces)) {
    if (end + piece.length > length) break;
    end += piece.length;
  }
  return end;
}
