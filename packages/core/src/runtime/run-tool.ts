import { LayercodeError } from "../errors.js";
import type { NamedTool } from "../options/tools.js";
import type { ToolCall, ToolErrorCode, ToolOutcome } from "../protocol/tool-calls.js";
import { issuesText } from "../standard-schema.js";

/** What became of a call, and what the app is told of a failure. */
export interface ToolSettled {
  readonly outcome: ToolOutcome;
  readonly error?: LayercodeError;
}

/** What a call is run with. */
export interface ToolSurroundings {
  /** All that there are. Of two with one name the later counts. */
  readonly tools: readonly NamedTool[];
  /** Milliseconds that a tool may take that does not say otherwise. */
  readonly timeout: number;
  /** Aborts the tool; fires too when the time is up. */
  readonly controller: AbortController;
}

/** Runs the tool that a call names. Loads with the first call. Never rejects; after an abort its outcome is nobody's. */
export async function runTool(
  { name, input }: ToolCall,
  { tools, timeout: defaultTimeout, controller }: ToolSurroundings,
): Promise<ToolSettled> {
  const tool = tools.findLast((one) => one.name === name)?.tool;
  if (!tool) {
    const names = [...new Set(tools.map((one) => one.name))].join(", ") || "none";
    return failed(name, "unknown-tool", `There is no such tool. There are: ${names}. Pass it in the option "tools".`);
  }
  const { signal } = controller;
  const timeout = tool.timeout ?? defaultTimeout;
  const run = async (): Promise<ToolSettled> => {
    const read = await tool.input["~standard"].validate(input);
    if (read.issues) return failed(name, "invalid-input", `The input does not fit: ${issuesText(read.issues)}.`, read);
    signal.throwIfAborted();
    const output = await tool.run(read.value, { signal });
    return { outcome: { output: carried(output) } };
  };
  let stop = () => {};
  const given = new Promise<ToolSettled>((resolve) => {
    const late = () => {
      const text = `It took longer than ${timeout} ms. Let it answer sooner, or raise "timeout" of the tool.`;
      // First the outcome: a tool that rejects because of the signal has no say any more.
      resolve(failed(name, "timeout", text));
      controller.abort(new DOMException(text, "TimeoutError"));
    };
    const timer = setTimeout(late, timeout);
    const aborted = () => resolve({ outcome: { output: null } });
    signal.addEventListener("abort", aborted);
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
    };
  });
  const threw = (cause: unknown) =>
    failed(name, "failed", cause instanceof Error ? cause.message : String(cause), cause);
  return Promise.race([given, run().catch(threw)]).finally(stop);
}

/** A call that could not be made or did not come to its end: for the backend, and for the app. */
export function failed(name: string, code: ToolErrorCode, message: string, cause?: unknown): ToolSettled {
  const error = new LayercodeError("tool-failed", `The tool "${name}" failed. ${message}`, { cause });
  return { outcome: { error: { code, message } }, error };
}

/** An output as JSON carries it. Throws where it cannot. */
function carried(output: unknown): unknown {
  if (output === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(output);
  } catch (cause) {
    throw new Error("JSON cannot carry its output: no circles, no BigInt.", { cause });
  }
  if (text === undefined) throw new Error("JSON cannot carry its output: return a value, not a function.");
  return JSON.parse(text);
}
