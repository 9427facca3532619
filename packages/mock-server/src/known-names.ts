/**
 * Looks for names that mean nothing.
 * @throws {Error} at the first that is not known, with the one that it resembles; `place` is what stands before a name.
 */
export function checkNames(given: object, known: readonly string[], place = ""): void {
  const name = Object.keys(given).find((candidate) => !known.includes(candidate));
  if (name === undefined) return;
  const meant = nearest(name.toLowerCase(), known);
  const remedy = meant === undefined ? `There are: ${known.join(", ")}.` : `Did you mean ${place}${meant}?`;
  throw new Error(`${place}${name.slice(0, 80)} is not known. ${remedy}`);
}

/** The one that it is the beginning of, or is like but for two letters at most, and most of it the same. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const judged = known.map((candidate) => {
    const other = candidate.toLowerCase();
    return { candidate, changes: name.length > 2 && other.startsWith(name) ? 0 : changes(name, other) };
  });
  const fewest = Math.min(...judged.map((one) => one.changes));
  const found = judged.find((one) => one.changes === fewest)?.candidate;
  return found !== undefined && fewest <= Math.min(2, Math.floor(found.length / 3)) ? found : undefined;
}

/** How many letters have to be added, left out or changed to make one of the other. */
function changes(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one.slice(0, 80)].entries()) {
    const next = [index + 1];
    for (const [at, otherLetter] of [...other].entries()) {
      const changed = (row[at] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
