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
  /** Stops following the options and ends the conversation, unless the client is the app's own. */
  dispose(): Promise<void>;
}

/**
 * A voice agent. Reading a field in a template, `$derived` or `$effect` follows that field alone; elsewhere it is read
 * as it is now.
 *
 * Pass a function to keep the options up to date: it is read again when a prop or `$state` in it changes. Callbacks
 * are then the latest, `audioInput` and `audioOutput` change at once, the rest at the next `connect()`.
 *
 * In a component it is disposed with it; elsewhere call `dispose()`. A `LayercodeClient` in place of options stays the
 * app's own to disconnect. Throws `LayercodeError` `invalid-option`.
 */
export function useLayercodeAgent(
  options: LayercodeAgentOptions | (() => LayercodeAgentOptions) | LayercodeClient,
): LayercodeAgent {
  const read = typeof options === "function" ? options : () => options;
  const agent = createAgent(untrack(read));
  const stopFollowing = typeof options === "function" ? follow(options, agent.setOptions) : () => {};
  const dispose = async () => {
    stopFollowing();
    if (!(options instanceof LayercodeClient)) await agent.client.disconnect();
  };
  onDestroyIfInComponent(dispose);
  return Object.assign(reactiveValues(agent), agent.methods, { client: agent.client, dispose });
}

function reactiveValues(agent: Agent): Readonly<AgentValues> {
  const values = {} as AgentValues;
  for (const field of agentFields) {
    const track = createSubscriber((update) => agent.subscribe(field, update));
    const get = () => {
      track();
      return agent.get(field);
    };
    Object.defineProperty(values, field, { enumerable: true, get });
  }
  return values;
}

/** Calls back with what `read` returns, now and whenever state in it has changed. Returns the undo. */
function follow<T extends object>(read: () => T, onChange: (value: T) => void): () => void {
  // A store, for it is Svelte's public way to an effect that is no rune. The copy reads each option of a $state object.
  const store = untrack(() => toStore(() => ({ ...read() })));
  return store.subscribe((value) => untrack(() => onChange(value)));
}

function onDestroyIfInComponent(dispose: () => void): void {
  try {
    onDestroy(dispose);
  } catch {
    // Svelte throws outside a component, and has no way to ask.
  }
}
