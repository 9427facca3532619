import { LayercodeClient } from "@layercode/core";
import {
  type Agent,
  type AgentMethods,
  type AgentValues,
  agentFields,
  createAgent,
  type LayercodeAgentOptions,
} from "@layercode/core/bindings";
import { onDestroy, untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { toStore } from "svelte/store";

/** A voice agent as Svelte reads it: every field is a reactive getter, so do not destructure the fields. */
export interface LayercodeAgent extends Readonly<AgentValues>, AgentMethods {
  readonly client: LayercodeClient;
  /** Stops following the options and ends the conversation, for good; nothing, where the client is the app's own. */
  dispose(): Promise<void>;
}

/**
 * A voice agent. Reading a field in a template, `$derived` or `$effect` follows that field alone; elsewhere it is read
 * as it is now.
 *
 * Pass a function to keep the options up to date: it is called again when a prop or `$state` that it reads changes.
 * Callbacks are then the latest, `audioInput`, `audioOutput` and `volume` change at once, the rest when it is needed next.
 *
 * In a component it is disposed with it; elsewhere call `dispose()`. A `LayercodeClient` in place of options stays the
 * app's own to disconnect. Throws `LayercodeError` `invalid-option`.
 */
export function useLayercodeAgent(
  options: LayercodeAgentOptions | (() => LayercodeAgentOptions) | LayercodeClient,
): LayercodeAgent {
  if (options instanceof LayercodeClient) return withGetters(createAgent(options), async () => {});
  const read = () => outsideReactions(typeof options === "function" ? options() : options);
  const agent = createAgent(untrack(read));
  // A store, for it is Svelte's public way to an effect that is no rune.
  const stopFollowing = untrack(() => toStore(read).subscribe(agent.setOptions));
  const dispose = async () => {
    stopFollowing();
    await agent.client.dispose();
  };
  onDestroyIfInComponent(dispose);
  return withGetters(agent, dispose);
}

function withGetters(agent: Agent, dispose: () => Promise<void>): LayercodeAgent {
  const values = {} as AgentValues;
  for (const field of agentFields) {
    const track = createSubscriber((update) => agent.subscribe(field, () => untrack(update)));
    const get = () => {
      track();
      return agent.get(field);
    };
    Object.defineProperty(values, field, { enumerable: true, get });
  }
  return Object.assign(values as Readonly<AgentValues>, agent.methods, { client: agent.client, dispose });
}

/**
 * Options whose callbacks run as Svelte's own event handlers do: what they read is not followed, and they may set state.
 * A change can come from within a reaction, as when a block removes a held button and the browser takes its focus away.
 */
function outsideReactions(options: LayercodeAgentOptions): LayercodeAgentOptions {
  const callbacks = Object.entries(options).flatMap(([name, option]) =>
    name.startsWith("on") && typeof option === "function"
      ? [[name, (...values: unknown[]) => untrack(() => option(...values))]]
      : [],
  );
  return { ...options, ...Object.fromEntries(callbacks) };
}

function onDestroyIfInComponent(dispose: () => void): void {
  try {
    onDestroy(dispose);
  } catch {
    // Svelte throws outside a component, and has no way to ask.
  }
}
