import type { LayercodeClient } from "@layercode/core";
import { type Agent, type AgentMethods, createAgent, type LayercodeAgentOptions } from "@layercode/core/bindings";
import {
  computed,
  getCurrentScope,
  type MaybeRef,
  type MaybeRefOrGetter,
  markRaw,
  onScopeDispose,
  toRaw,
  toValue,
  unref,
  watch,
} from "vue";
import { type AgentRefs, createAgentRefs } from "./agent-refs.js";

/** The options, each a value or a ref of one. */
export type UseLayercodeAgentOptions = { [O in keyof LayercodeAgentOptions]: MaybeRef<LayercodeAgentOptions[O]> };

/** A conversation: each field of the snapshot as a readonly shallow ref, the methods, and the client itself. */
export interface LayercodeAgent extends AgentRefs, AgentMethods {
  readonly client: LayercodeClient;
}

/**
 * A conversation with a Layercode voice agent, for as long as the current scope: when the component unmounts, or the
 * effect scope stops, it disconnects. `<KeepAlive>` keeps it. Outside of a scope, call `disconnect()` yourself.
 *
 * Options may be a ref, a getter, a reactive object, or hold refs. What changes later: callbacks count from now on,
 * `audioInput`, `audioOutput` and `volume` at once, everything else when it is needed next.
 * Throws a `LayercodeError` with code `invalid-option`.
 */
export function useLayercodeAgent(options: MaybeRefOrGetter<UseLayercodeAgentOptions>): LayercodeAgent {
  const current = computed(() => readOptions(toValue(options)));
  const agent = createAgent(current.value);
  // At once: who changes an option and connects in the same breath means the new one.
  watch(current, (changed) => agent.setOptions(changed), { flush: "sync" });

  if (getCurrentScope()) onScopeDispose(() => void agent.client.disconnect());
  return bindAgent(agent);
}

/** An agent as a component reads it, until the current scope stops. */
export function bindAgent(agent: Agent): LayercodeAgent {
  // A proxy, as `reactive()` makes them, could not reach the client's private fields.
  return { ...createAgentRefs(agent), ...agent.methods, client: markRaw(agent.client) };
}

// Raw values: a microphone or a `fetch` inside a reactive object must not become a proxy. What changes within the
// metadata is seen all the same, it is read at the next connect.
function readOptions(options: UseLayercodeAgentOptions): LayercodeAgentOptions {
  const entries = Object.entries(options).map(([name, value]) => [name, toRaw(unref(value))]);
  return Object.fromEntries(entries) as LayercodeAgentOptions;
}
