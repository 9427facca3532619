import { codeNotFetched, LayercodeError } from "../errors.js";
import type { ClientEvent } from "../machine/events.js";
import type { ResolvedOptions } from "../options/resolve.js";
import type { NamedTool } from "../options/tools.js";
import type { ToolCall } from "../protocol/tool-calls.js";
import { issuesText } from "../standard-schema.js";
import type { ToolFailure, ToolRun } from "./run-tool.js";

/** What tools are run for. */
interface ToolRunnerOptions {
  getOptions(): ResolvedOptions;
  /** Those that came by `addTool()`. */
  readonly addedTools: ReadonlySet<NamedTool>;
  dispatch(event: ClientEvent): void;
}

/** The tools that are at work, by the ids of their calls. The code that runs them loads with the first call. */
export class ToolRunner {
  readonly #client: ToolRunnerOptions;
  readonly #running = new Map<string, AbortController>();

  constructor(client: ToolRunnerOptions) {
    this.#client = client;
  }

  run(call: ToolCall): void {
    const controller = new AbortController();
    this.#running.set(call.id, controller);
    // Of a call that was aborted nobody waits for the outcome, also where another conversation has one of the same id.
    const settled = (run: ToolRun) => {
      if (this.#running.get(call.id) !== controller) return;
      this.#running.delete(call.id);
      this.#client.dispatch({ type: "toolSettled", callId: call.id, ...outcomeOf(call.name, run) });
    };
    import("./run-tool.js").catch(codeNotFetched("tool-failed")).then(
      async ({ runTool }) => {
        if (controller.signal.aborted) return;
        const { tools = {}, toolTimeout: timeout } = this.#client.getOptions();
        const named = Object.entries(tools).map(([name, tool]) => ({ name, tool }));
        settled(await runTool(call, { tools: [...named, ...this.#client.addedTools], timeout, controller }));
      },
      (cause: LayercodeError) => settled({ failure: { code: "failed", message: cause.message, cause } }),
    );
  }

  /** Aborts all of them; what they still say is ignored. */
  abort(reason: string): void {
    const controllers = [...this.#running.values()];
    this.#running.clear();
    for (const controller of controllers) controller.abort(new DOMException(reason, "AbortError"));
  }
}

/** What the backend is told of a run, and of a failure the app. */
function outcomeOf(name: string, run: ToolRun) {
  if (!("failure" in run)) return { outcome: run };
  const { code, cause } = run.failure;
  const message = textOf(run.failure);
  const error = new LayercodeError("tool-failed", `The tool "${name}" failed. ${message}`, { cause });
  return { outcome: { error: { code, message } }, error };
}

function textOf({ message = "", issues }: ToolFailure): string {
  return issues ? `The input does not fit: ${issuesText(issues)}.` : message;
}
