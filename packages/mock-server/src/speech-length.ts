/**
 * Most characters that are said in one go: as many as a client may type in one frame, so that the echo can say them again.
 * They cost about 40 MB while they are said; ten times as many cost ten times that.
 */
const longestSpeech = 1024 * 1024;

/** @throws {Error} when a text is too long to be said in one go. */
export function checkSpeech(text: string, place = "The text"): void {
  if (text.length > longestSpeech)
    throw new Error(`${place} has ${text.length} characters. Say it in parts of at most ${longestSpeech}.`);
}
