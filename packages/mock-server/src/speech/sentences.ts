const longest = 220;

/**
 * A text as sentences, so that the first can be heard while the next are still being synthesised.
 * Joined with one space they are the text again, white space collapsed. A sentence over 220 characters is cut at a comma or a space.
 */
export function splitSentences(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const sentences: string[] = [];
  let first = 0;
  words.forEach((word, i) => {
    if (i < words.length - 1 && !endsSentence(word)) return;
    sentences.push(...cut(words.slice(first, i + 1).join(" ")));
    first = i + 1;
  });
  return sentences;
}

// Go word by word: one regular expression over the whole text takes quadratic time on a megabyte of exclamation marks.
function endsSentence(word: string): boolean {
  return /[.!?…]["')\]]*$/.test(word);
}

function cut(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > longest) {
    const comma = rest.lastIndexOf(", ", longest - 1) + 1;
    const at = comma > longest / 3 ? comma : rest.lastIndexOf(" ", longest);
    pieces.push(rest.slice(0, at > 0 ? at : longest));
    rest = rest.slice(at > 0 ? at : longest).trim();
  }
  return rest === "" ? pieces : [...pieces, rest];
}
