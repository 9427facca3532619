import { failed, failureOf } from "./failure.js";
import { checkNames, type DiagnosisCheck, type DiagnosisCheckName, error, type Finding } from "./report.js";

/** One check. It may end late, or fail: the others are made all the same. */
export type Check = () => Promise<Finding> | Finding;

/** How long a check may take, in ms: `limitMs`, but for those that are named. */
export type Limits = { limitMs: number } & Partial<Record<DiagnosisCheckName, number>>;

/** Makes every check, one after the other, in their order. Rejects only with the reason of the abort. */
export async function runChecks(
  checks: Readonly<Record<DiagnosisCheckName, Check>>,
  limits: Limits,
  signal?: AbortSignal,
): Promise<DiagnosisCheck[]> {
  const made: DiagnosisCheck[] = [];
  for (const name of checkNames) {
    const finding = await within(limits[name] ?? limits.limitMs, signal, () => found(checks[name]));
    made.push({ name, ...finding });
  }
  return made;
}

async function within(
  limitMs: number,
  signal: AbortSignal | undefined,
  find: () => Promise<Finding>,
): Promise<Finding> {
  let stop = () => {};
  const ending = new Promise<Finding>((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) return abort();
    const remedy = "Answer what the browser asks, look at the network, and run the diagnosis again.";
    const late = error(`No answer came within ${limitMs / 1000} s.`, remedy);
    const timer = setTimeout(() => resolve(late), limitMs);
    signal?.addEventListener("abort", abort);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race(signal?.aborted ? [ending] : [ending, find()]);
  } finally {
    stop();
  }
}

/** A check that throws has found that. */
async function found(check: Check): Promise<Finding> {
  try {
    return await check();
  } catch (cause) {
    const remedy = "Reload the page, and run the diagnosis again.";
    const { code, message } = failureOf(cause);
    // Those with a code are ours, and say what to do.
    if (code !== "") return failed({ message }, remedy);
    return error(`It could not be checked (${message}).`, remedy);
  }
}
