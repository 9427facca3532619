import type { NamedTool } from "../options/tools.js";
import type { ToolCall, ToolErrorCode } from "../protocol/tool-calls.js";
import type { SchemaIssue } from "../standard-schema.js";

// Imports no code: what it shared with the client would be a third file for every page to load.

/** Why a call has no output: what to say of it, or where its input does not fit. */
export interface ToolFailure {
  readonly code: ToolErrorCode;
  readonly message?: string;
  readonly issues?: readonly SchemaIssue[];
  readonly cause?: unknown;
}

/** What became of a call. */
export type ToolRun = { readonly output: unknown } | { readonly failure: ToolFailure };

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
): Promise<ToolRun> {
  const tool = tools.findLast((one) => one.name === name)?.tool;
  if (!tool) {
    const names = [...new Set(tools.map((one) => one.name))].join(", ") || "none";
    const message = `There is no such tool. There are: ${names}. Pass it in the option "tools".`;
    return { failure: { code: "unknown-tool", message } };
  }
  const { signal } = controller;
  const timeout = tool.timeout ?? defaultTimeout;
  const run = async (): Promise<ToolRun> => {
    const read = await tool.input["~standard"].validate(input);
    if (read.issues) return { failure: { code: "invalid-input", issues: read.issues, cause: read.issues } };
    signal.throwIfAborted();
    return { output: carried(await tool.run(read.value, { signal })) };
  };
  const threw = (cause: unknown): ToolRun => {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { failure: { code: "failed", message, cause } };
  };
  let stop = () => {};
  const ended = new Promise<ToolRun>((resolve) => {
    const late = () => {
      const message = `It took longer than ${timeout} ms. Let it answer sooner, or raise "timeout" of the tool.`;
      // First the outcome: a tool that rejects because of the signal has no say any more.
      resolve({ failure: { code: "timeout", message } });
      controller.abort(new DOMException(message, "TimeoutError"));
    };
    const timer = setTimeout(late, timeout);
    const aborted = () => resolve({ output: null });
    signal.addEventListener("abort", aborted);
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
    };
  });
  return Promise.race([ended, run().catch(threw)]).finally(stop);
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
