/** How many messages the log shows. */
const limit = 50;

/** The log with one more message in it: its type is all that is shown. */
export function logged(log: readonly string[], { type }: { type: string }): readonly string[] {
  return [...log, type].slice(-limit);
}
