import { type ToolCall, type ToolErrorCode, type ToolOutcome, toolResultOf } from "../protocol/tool-calls.js";
import { issuesText, type StandardSchemaV1 } from "../standard-schema.js";
import { refuseUnknownOptions } from "../unknown-option.js";

/** What tools may be told by: the page's `tools`, or only their schemas: `{ showOrder: { input, output? } }`. */
export type CallableTools = Readonly<Record<string, CallableTool>>;

interface CallableTool {
  readonly input: StandardSchemaV1;
  readonly output?: StandardSchemaV1;
  run?(input: never, context: never): unknown;
}

/** The page's tools as functions of the backend: input in, a promise of the output. */
export type CalledTools<T extends CallableTools> = {
  readonly [Name in keyof T]: (...input: Given<InputOf<T[Name]>>) => Promise<OutputOf<T[Name]>>;
};

/** What goes into the schema; nothing need be given where nothing is asked for. */
type InputOf<T extends CallableTool> = T["input"] extends StandardSchemaV1<infer Input, infer _> ? Input : never;
type Given<Input> = undefined extends Input ? [input?: Input] : [input: Input];
/** What the output's schema lets through, else what `run` returns, as JSON carries it. */
type OutputOf<T> = T extends { readonly output: StandardSchemaV1<infer _, infer Output> }
  ? Output
  : T extends { run(...given: never[]): infer Output }
    ? Carried<Awaited<Output>>
    : unknown;

// biome-ignore lint/suspicious/noConfusingVoidType: what a tool returns that returns nothing.
type Carried<T> = T extends undefined | void
  ? null
  : T extends { toJSON(): infer Text }
    ? Text
    : T extends (...given: never[]) => unknown
      ? never
      : T extends object
        ? { [Field in keyof T]: Carried<T[Field]> }
        : T;

/** How a page's answer can fail, as a value to switch on: as the page said, or `aborted` by your own signal. */
export type ToolCallErrorCode = ToolErrorCode | "aborted" | "invalid-output";

/** What a call rejects with. */
export class ToolCallError extends Error {
  readonly code: ToolCallErrorCode;
  /** The name of the tool. */
  readonly tool: string;

  constructor(tool: string, code: ToolCallErrorCode, message: string, options?: ErrorOptions) {
    super(`The tool "${tool}" gave no output (${code}). ${message}`, options);
    this.name = "ToolCallError";
    this.tool = tool;
    this.code = code;
  }
}

/** Options of `createToolCaller`. */
export interface ToolCallerOptions<T extends CallableTools> {
  /**
   * The tools' schemas, where outputs are to be checked at run time: what a page answers is whatever its user's browser
   * says. Each `output` that is given is. Default: nothing is.
   */
  tools?: T | undefined;
  /** How long a page may take to answer, in ms. Default 40000: longer than a page lets its tools work by default. */
  timeoutMs?: number | undefined;
}

/** How the calls of one answer are made. */
export interface AnswerOptions {
  /** Rejects what is still awaited with `aborted`: the signal of the webhook's request, which an interruption aborts. */
  signal?: AbortSignal | undefined;
}

/** Writes the content of a `response.data` into the stream that answers a webhook. */
export type SendToPage = (content: { layercode_tool_call: ToolCall }) => unknown;

// A longer timer fires at once.
const longestTimeoutMs = 2 ** 31 - 1;

/** Calls tools of pages, and takes what they answer. */
export interface ToolCaller<T extends CallableTools> {
  /** The tools of the page that `send` leads to: one for each answer to a webhook. */
  tools(send: SendToPage, options?: AnswerOptions): CalledTools<T>;
  /**
   * Give it the body of every webhook, parsed. True where it was a tool's result: it is dealt with, answer it with 204. Also
   * of a call that nobody waits for any more: a second result, one that comes too late, or that another process called.
   */
  receive(body: unknown): boolean;
}

interface Waiting {
  readonly tool: string;
  settle(outcome: ToolOutcome): void;
}

/**
 * The backend's half of the option `tools`: `await tools.showOrder({ id })` runs the tool in the page. Make one for the
 * whole backend: a result comes with a webhook of its own, to the process that called. An option of another name throws
 * `invalid-option`.
 */
export function createToolCaller<T extends CallableTools>(options: ToolCallerOptions<T> = {}): ToolCaller<T> {
  // What is spelt otherwise would check no output: also the tools themselves in place of the options.
  refuseUnknownOptions(options, "createToolCaller()", ["tools", "timeoutMs"]);
  const { tools: schemas, timeoutMs = 40_000 } = options;
  const waiting = new Map<string, Waiting>();

  function call(tool: string, input: unknown, send: SendToPage, signal?: AbortSignal): Promise<unknown> {
    const id = crypto.randomUUID();
    let stop = () => {};
    const answered = new Promise<unknown>((resolve, reject) => {
      const fail = (code: ToolCallErrorCode, message: string, cause?: unknown) =>
        reject(new ToolCallError(tool, code, message, { cause }));
      const aborted = () => fail("aborted", "Nobody waits for it any more.", signal?.reason);
      if (signal?.aborted) return aborted();
      signal?.addEventListener("abort", aborted);
      const text = `The page did not answer within ${timeoutMs} ms. Does every webhook reach receive(), in this process?`;
      const timer = setTimeout(() => fail("timeout", text), Math.min(timeoutMs, longestTimeoutMs));
      stop = () => {
        waiting.delete(id);
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
      };
      waiting.set(id, {
        tool,
        settle: (outcome) =>
          "error" in outcome ? fail(outcome.error.code, outcome.error.message) : resolve(outcome.output),
      });
      // In the next microtask: whatever send() throws is a rejection, and a page that answers at once is heard.
      Promise.resolve({ layercode_tool_call: { id, name: tool, input } })
        .then(send)
        .catch((cause: unknown) => fail("failed", "It could not be sent.", cause));
    });
    return answered.finally(() => stop()).then((output) => checked(tool, schemas?.[tool]?.output, output));
  }

  // Names are known to the type checker only. Without a schema what every object has is no tool, nor what is asked for by
  // a promise that brings this one, or by a logger that writes it.
  function isTool(name: string | symbol): name is string {
    if (typeof name === "symbol") return false;
    return Object.hasOwn(schemas ?? {}, name) || !(name in {} || name === "then" || name === "toJSON");
  }

  return {
    tools(send, { signal } = {}) {
      const get = (target: object, name: string | symbol) =>
        isTool(name) ? (input?: unknown) => call(name, input, send, signal) : Reflect.get(target, name);
      return new Proxy({}, { get }) as CalledTools<T>;
    },
    receive(body) {
      const result = toolResultOf(Object(body).data);
      if (result) waiting.get(result.id)?.settle(result.outcome);
      return result !== null;
    },
  };
}

async function checked(tool: string, schema: StandardSchemaV1 | undefined, output: unknown): Promise<unknown> {
  const read = await schema?.["~standard"].validate(output);
  if (!read) return output;
  if (!read.issues) return read.value;
  throw new ToolCallError(tool, "invalid-output", `The output does not fit: ${issuesText(read.issues)}.`);
}
