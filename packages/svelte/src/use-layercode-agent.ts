import { LayercodeClient } from "@layercode/core";
import {
  type Agent,
  type AgentMethods,
  type AgentValues,
  createAgent,
  type LayercodeAgentOptions,
} from "@layercode/core/bindings";
import { untrack } from "svelte";
import { toStore } from "svelte/store";
import { createAgentFields } from "./agent-fields.js";
import { onComponentEnd } from "./on-component-end.js";

/** A voice agent as Svelte reads it: every field is a reactive getter, so do not destructure the fields. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export interface LayercodeAgent<Content = any, Sent = any> extends Readonly<AgentValues>, AgentMethods<Sent> {
  // biome-ignore lint/suspicious/noExplicitAny: of whatever tools.
  readonly client: LayercodeClient<Content, any, Sent>;
  /** Ends the conversation and the agent for good. Does nothing if the agent was made from a client of the app. */
  dispose(): Promise<void>;
}

/**
 * A voice agent. A template, `$derived` or `$effect` that reads a field runs again when that field changes; elsewhere a
 * field is its present value.
 *
 * Pass a function to keep the options up to date: it is called again when a prop or `$state` that it reads changes.
 * Changed callbacks, `audioInput`, `audioOutput` and `volume` count at once, every other option when it is needed next.
 *
 * It is disposed with the component that made it; elsewhere call `dispose()`. A `LayercodeClient` in place of options
 * stays the app's to disconnect. Options that make no sense are in `error`, with code `invalid-option`.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useLayercodeAgent<Content = any, Inputs = any, Sent = any>(
  options:
    | LayercodeAgentOptions<Content, Inputs, Sent>
    | (() => LayercodeAgentOptions<Content, Inputs, Sent>)
    | LayercodeClient<Content, Inputs, Sent>,
): LayercodeAgent<Content, Sent> {
  if (options instanceof LayercodeClient) return bindAgent(createAgent(options), async () => {});
  const read = () => outsideReactions(typeof options === "function" ? options() : options);
  const agent = createAgent(untrack(read));
  // `toStore`, because runes such as `$effect` exist only in files that Svelte compiles, and this is plain TypeScript.
  const stopFollowing = untrack(() => toStore(read).subscribe(agent.setOptions));
  const dispose = async () => {
    stopFollowing();
    await agent.client.dispose();
  };
  onComponentEnd(dispose);
  return bindAgent(agent, dispose);
}

/** The fields, methods and client of an agent in one object. */
function bindAgent(agent: Agent, dispose: () => Promise<void>): LayercodeAgent {
  return Object.assign(createAgentFields(agent), agent.methods, { client: agent.client, dispose });
}

/**
 * Options whose callbacks run outside of reactions, as Svelte's event handlers do: what they read is not tracked, and
 * they may set state. The client may call back inside a reaction: when an `{#if}` removes a held push-to-talk button,
 * the browser's blur event ends the user's turn in the middle of it.
 */
function outsideReactions(options: LayercodeAgentOptions): LayercodeAgentOptions {
  const callbacks = Object.entries(options ?? {}).flatMap(([name, option]) =>
    name.startsWith("on") && typeof option === "function"
      ? [[name, (...values: unknown[]) => untrack(() => option(...values))]]
      : [],
  );
  return { ...options, ...Object.fromEntries(callbacks) };
}
