// Tool calls are ours: a form of the app's own data, on top of `response.data` and `client.response.data`
// (docs/protocol.md#tool-calls).

/** What the agent's backend asks the page to do. */
export interface ToolCall {
  /** Names the call; the result repeats it. A call whose id came before is ignored. */
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** Why a call has no output, as a value to switch on. */
export type ToolErrorCode =
  /** The page has no tool of that name. */
  | "unknown-tool"
  /** The input does not fit the tool's schema. */
  | "invalid-input"
  /** The tool threw, its code could not be had, or its output is nothing that JSON can carry. */
  | "failed"
  /** The tool took longer than the page lets it. */
  | "timeout"
  /** The user interrupted the agent. */
  | "interrupted";

/** Why a call has no output. */
export interface ToolError {
  readonly code: ToolErrorCode;
  readonly message: string;
}

/** What became of a call; `output` is `null` where the tool returned nothing. */
export type ToolOutcome = { readonly output: unknown } | { readonly error: ToolError };

/** What a page answers to a call: the `data` of a `client.response.data`. */
export interface ToolResultData {
  readonly layercode_tool_result: { readonly id: string } & ToolOutcome;
}

/** The call in the content of a `response.data`; `null` where it is any other data. */
export function toolCallOf(content: unknown): ToolCall | null {
  const { id, name, input } = Object(Object(content).layercode_tool_call) as Partial<ToolCall>;
  return typeof id === "string" && typeof name === "string" ? { id, name, input } : null;
}

/** The result in the `data` of a `client.response.data`, whatever a page put there; `null` where it is any other data. */
export function toolResultOf(data: unknown): { readonly id: string; readonly outcome: ToolOutcome } | null {
  const result = Object(Object(data).layercode_tool_result) as { id?: unknown; output?: unknown; error?: unknown };
  const { id } = result;
  if (typeof id !== "string") return null;
  if (!("error" in result)) return { id, outcome: { output: result.output ?? null } };
  const { code, message } = Object(result.error) as { code?: unknown; message?: unknown };
  const error: ToolError = {
    code: errorCodes.find((known) => known === code) ?? "failed",
    message: typeof message === "string" ? message : "The page does not say why.",
  };
  return { id, outcome: { error } };
}

const errorCodes: readonly ToolErrorCode[] = ["unknown-tool", "invalid-input", "failed", "timeout", "interrupted"];

/** A result, as the `data` of a `client.response.data`. */
export function toolResult(id: string, outcome: ToolOutcome): ToolResultData {
  return { layercode_tool_result: { id, ...outcome } };
}
