/** The words of a text, in small letters and without marks. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[a-z']+/g) ?? [];
}

/** The word error rate: insertions, deletions and substitutions, by the number of words that were said. */
export function wordErrors(said: readonly string[], heard: readonly string[]): number {
  let row = heard.map((_, index) => index + 1);
  for (const [index, word] of said.entries()) {
    const next: number[] = [];
    for (const [column, other] of heard.entries()) {
      const diagonal = column === 0 ? index : (row[column - 1] as number);
      const left = column === 0 ? index + 1 : (next[column - 1] as number);
      next.push(Math.min(diagonal + (word === other ? 0 : 1), (row[column] as number) + 1, left + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? said.length) / said.length;
}
