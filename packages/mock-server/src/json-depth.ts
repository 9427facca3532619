const [quote, backslash] = ['"', "\\"].map((character) => character.charCodeAt(0));
const opening = new Set(["[", "{"].map((character) => character.charCodeAt(0)));
const closing = new Set(["]", "}"].map((character) => character.charCodeAt(0)));

/**
 * Whether the brackets of a JSON text are nested deeper than allowed: such a text is read without trouble, and overflows
 * the stack of whoever walks through the value or writes it again. Of a text that is no JSON the answer means nothing.
 */
export function isDeeperThan(text: string, deepest: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at + 1);
    else if (closing.has(character)) depth -= 1;
    else if (opening.has(character) && ++depth > deepest) return true;
  }
  return false;
}

// Most of an audio frame is one long string: jump to its end instead of looking at each character.
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
