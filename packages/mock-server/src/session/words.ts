/** A text cut before each word's first letter: joined with nothing between, the pieces are the text again. */
export function words(text: string): string[] {
  return text.match(/^\s+$|(?:^\s+)?\S+\s*/g) ?? [];
}
