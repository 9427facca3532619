// What the commands say while they work.

/** A failure that the user can do something about: what went wrong, and what to do. */
export class StepError extends Error {
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

const bold = process.stdout.isTTY && !process.env.NO_COLOR ? (text) => `\x1b[1m${text}\x1b[0m` : (text) => text;

export function say(text) {
  console.log(text);
}

/** Runs one step: says that it begins, and how it ended and after how long. Rethrows its failure. */
export async function step(title, work) {
  say(`\n${bold(`▸ ${title}`)}`);
  const start = performance.now();
  const elapsed = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    const result = await work();
    say(`✓ ${title} (${elapsed()})`);
    return result;
  } catch (error) {
    say(`✗ ${title} (${elapsed()})`);
    explain(error);
    throw error;
  }
}

/** Says what went wrong and what to do, once for each error. */
export function explain(error) {
  if (explained.has(error)) return;
  explained.add(error);
  if (error instanceof StepError) say(`  ${error.message}\n  → ${error.advice}`);
  else say(error.stack);
}

const explained = new WeakSet();
