/** The known name that a mistyped one was meant to be; `undefined` where none resembles it. */
export function nearestName<Name extends string>(name: string, known: readonly Name[]): Name | undefined {
  return known.find((candidate) => isNear(name.toLowerCase(), candidate.toLowerCase()));
}

/** Whether one is the other with at most two letters more, less or changed, and most of it the same. */
function isNear(one: string, other: string): boolean {
  const most = Math.min(2, Math.floor(other.length / 3));
  if (Math.abs(one.length - other.length) > most) return false;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at++) {
      const changed = (row[at] ?? 0) + (letter === other[at] ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) <= most;
}
