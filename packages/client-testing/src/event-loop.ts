/** Waits for one turn of the event loop; promises that can settle do so meanwhile. Not held up by fake timers. */
export function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits for a condition that comes without any time passing. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turnOfTheLoop();
}
