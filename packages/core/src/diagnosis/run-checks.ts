import { asLayercodeError, LayercodeError } from "../errors.js";
import { adviceOf } from "./findings.js";
import { checkNames, type DiagnosisCheck, type DiagnosisCheckName, error, type Finding } from "./report.js";

/** One check. It may end late, or fail: the others are made all the same. */
export type Check = () => Promise<Finding> | Finding;

/** How long a check may take, in ms: `limitMs`, but for those that are named. */
export type Limits = { limitMs: number } & Partial<Record<DiagnosisCheckName, number>>;

/** Makes every check, one after the other, in their order. Rejects only with `aborted`. */
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
    const abort = () => reject(aborted(signal?.reason));
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

/** The code of an error that is none of ours: no check fails with it. */
const unknown = "tool-failed";

/** A check that throws has found that. */
async function found(check: Check): Promise<Finding> {
  try {
    return await check();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // Errors with a code of ours, those of the audio package included, say what to do.
    if (asLayercodeError(cause, unknown).code !== unknown)
      return { status: "error", ...adviceOf({ message }, "Run the diagnosis again.") };
    return error(`It could not be checked (${message}).`, "Run the diagnosis again, in a current browser.");
  }
}

function aborted(cause: unknown): LayercodeError {
  return new LayercodeError("aborted", "The diagnosis was aborted.", { cause });
}
