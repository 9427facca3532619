const longest = 220;

/**
 * A text as sentences, so that the first can be heard while the next are still being synthesised.
 * Joined with one space they are the text again, white space collapsed. A sentence over 220 characters is cut at a comma or a space.
 */
export function splitSentences(text: string): string[] {
  const sentences =
    text
      .replace(/\s+/g, " ")
      .trim()
      .match(/.+?(?:[.!?…]+["')\]]*(?=\s)|$)/g) ?? [];
  return sentences
    .map((sentence) => sentence.trim())
    .flatMap(cut)
    .filter((sentence) => sentence !== "");
}

function cut(sentence: string): string[] {
  if (sentence.length <= longest) return [sentence];
  const comma = sentence.lastIndexOf(", ", longest - 1) + 1;
  const at = comma > longest / 3 ? comma : sentence.lastIndexOf(" ", longest);
  if (at <= 0) return [sentence.slice(0, longest), ...cut(sentence.slice(longest))];
  return [sentence.slice(0, at), ...cut(sentence.slice(at).trim())];
}
