/** Most characters that are said in one go: two hours of speech, about 10 MB of memory while it is spoken. */
const longestSpeech = 100_000;

/** @throws {Error} when a text is too long to be said in one go. */
export function checkSpeech(text: string, place = "The text"): void {
  if (text.length > longestSpeech)
    throw new Error(`${place} has ${text.length} characters. Say it in parts of at most ${longestSpeech}.`);
}
