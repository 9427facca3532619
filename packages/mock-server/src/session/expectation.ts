import { describeValue, differences } from "../matching.js";
import type { Awaiting, WaitOptions } from "./awaiting.js";
import type { Recorded } from "./record.js";

/**
 * The first message of a type that is like the match, there already or yet to come.
 * @throws {Error} when none has come in time; it shows the nearest one and where that differs.
 */
export function expectMessage<M extends { type: string }>(
  awaiting: Awaiting<M>,
  recorded: () => readonly Recorded<M>[],
  { type, match }: { type: string; match: unknown },
  options: WaitOptions<M> = {},
): Promise<M> {
  const fits = (message: M) => message.type === type && differences(message, match).length === 0;
  return awaiting.waitFor(fits, options, {
    name: `"${type}" like ${describeValue(match)}`,
    explain() {
      const all = recorded();
      const from = options.after === undefined ? 0 : all.findIndex(({ message }) => message === options.after) + 1;
      return describeNearest(
        all.slice(from).filter(({ message }) => message.type === type),
        match,
      );
    },
  });
}

// The nearest is the one with the fewest differences; of those, the last.
function describeNearest(candidates: readonly { message: unknown }[], match: unknown): string {
  const judged = candidates.map(({ message }) => ({ message, wrong: differences(message, match) }));
  const fewest = Math.min(...judged.map(({ wrong }) => wrong.length));
  const nearest = judged.findLast(({ wrong }) => wrong.length === fewest);
  if (!nearest) return "";
  return `\nThe nearest was ${describeValue(nearest.message)}:\n${nearest.wrong.map((one) => `  ${one}`).join("\n")}`;
}
