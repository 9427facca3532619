import type { StandardSchemaV1 } from "../standard-schema.js";

/** What a tool is told beside its input. */
export interface ToolContext {
  /** Fires when nobody waits for the outcome any more: the user interrupted, the time is up, the session is over. */
  readonly signal: AbortSignal;
}

/** Something that the page can do for the agent. */
// biome-ignore lint/suspicious/noExplicitAny: a list of tools holds tools of any input.
export interface Tool<Input = any, Output = unknown> {
  /** What it does, for whoever tells the language model of it. */
  readonly description?: string | undefined;
  /** A Standard Schema of zod, valibot, ArkType, …; it may be async. `run` gets what it makes of the call's input. */
  // biome-ignore lint/suspicious/noExplicitAny: what goes into a schema is its own affair.
  readonly input: StandardSchemaV1<any, Input>;
  /** Milliseconds that this tool may take. Default: the option `toolTimeout`. */
  readonly timeout?: number | undefined;
  /** Does it. What it returns, or what its promise brings, is the output: whatever JSON can carry; nothing is `null`. */
  run(input: Input, context: ToolContext): Output | Promise<Output>;
}

/** Tools by name, from the inputs of each: so `run` knows what its schema lets through. */
export type Tools<Inputs> = { readonly [Name in keyof Inputs]: Tool<Inputs[Name]> };

/** A tool under its name. */
export interface NamedTool {
  readonly name: string;
  readonly tool: Tool;
}
