// How long text takes to say. Characters of different scripts say very different amounts, so time is the common measure.

/**
 * Scripts whose characters take longer than a letter, with their usual time in `tick`s: a syllable or a word of Chinese,
 * Japanese and Korean (300 a minute, what news are read at), part of a syllable in the scripts of South-East Asia.
 */
const slow: readonly (readonly [RegExp, ticks: number])[] = [
  [/[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/u, 6],
  [/[\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u, 3],
];
/** A letter: English at 150 words a minute, six characters a word with its space. */
const letter = 2;
/** Milliseconds. */
const tick = 1000 / 30;

/** Silences, in ticks: before the first word, behind a comma and the like, between sentences, behind the last word. */
const silence = { before: 4, comma: 4, sentence: 12, after: 8 } as const;
/** Punctuation that is followed by silence where a space follows; that of Chinese and Japanese needs none. */
const ends: readonly (readonly [marks: RegExp, wide: RegExp, ticks: number])[] = [
  [/[.!?\u2026]/, /[\u3002\uff01\uff1f]/, silence.sentence],
  [/[,;:]/, /[\u3001\uff0c\uff1a\uff1b]/, silence.comma],
];

/** How long a text usually takes to say, in ms. */
export function usualMs(text: string): number {
  return ticksOf(text) * tick;
}

/** How much of a text is said in `share` (0..1) of the time that it takes, in UTF-16 units of it. */
export function lengthOfShare(text: string, share: number): number {
  return lengthSaid(text, ticksOf(text) * share);
}

/** How much of a text is said in `ms` milliseconds of usual speech, in UTF-16 units of it. */
export function lengthInMs(text: string, ms: number): number {
  return lengthSaid(text, ms / tick);
}

function ticksOf(text: string): number {
  let ticks: number = silence.after;
  for (const [, ofCharacter] of timed(text)) ticks += ofCharacter;
  return ticks;
}

function lengthSaid(text: string, ticks: number): number {
  let length = 0;
  let left = ticks;
  for (const [character, ofCharacter] of timed(text)) {
    left -= ofCharacter;
    // The rounding of a time must not cost a character.
    if (left < -1e-6) break;
    length += character.length;
  }
  return length;
}

/** Each character with its ticks, the silence before it included. */
function* timed(text: string): Iterable<readonly [character: string, ticks: number]> {
  let before = "";
  for (const character of text) {
    yield [character, ticksOfCharacter(character) + silenceBetween(before, character)];
    before = character;
  }
}

function ticksOfCharacter(character: string): number {
  // Latin, Greek, Cyrillic, Hebrew, Arabic and Indic scripts end below Thai, at U+0E00.
  if (character < "\u0e00") return letter;
  return slow.find(([script]) => script.test(character))?.[1] ?? letter;
}

function silenceBetween(before: string, character: string): number {
  if (before === "") return silence.before;
  const isSpace = character <= " ";
  if (!isSpace && before < "\u3000") return 0;
  return ends.find(([marks, wide]) => (isSpace && marks.test(before)) || wide.test(before))?.[2] ?? 0;
}
