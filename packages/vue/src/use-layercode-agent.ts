import type { LayercodeClient } from "@layercode/core";
import { type Agent, type AgentMethods, createAgent, type LayercodeAgentOptions } from "@layercode/core/bindings";
import {
  computed,
  effect,
  getCurrentScope,
  type MaybeRef,
  type MaybeRefOrGetter,
  markRaw,
  onScopeDispose,
  type Raw,
  type ShallowUnwrapRef,
  stop,
  toRaw,
  toValue,
  unref,
  watch,
} from "vue";
import { type AgentFields, createAgentFields } from "./agent-fields.js";

/** The options, each a value or a ref of one. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export type UseLayercodeAgentOptions<Content = any, Inputs = any, Sent = any> = {
  [O in keyof LayercodeAgentOptions]: MaybeRef<LayercodeAgentOptions<Content, Inputs, Sent>[O]>;
};

/** A voice agent as Vue reads it: every field as a readonly shallow ref, the methods, and the client itself. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export interface LayercodeAgent<Content = any, Sent = any> extends AgentFields, AgentMethods<Sent> {
  /** Never a proxy, also where the agent is in `reactive()`: that would have no private fields. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever tools.
  readonly client: Raw<LayercodeClient<Content, any, Sent>>;
}

/** An agent in `reactive()`: every field is its value, for templates and scripts that say `agent.status`. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export type ReactiveLayercodeAgent<Content = any, Sent = any> = ShallowUnwrapRef<LayercodeAgent<Content, Sent>>;

/** An agent as an app holds it: as it is, or in `reactive()`. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export type AnyLayercodeAgent<Content = any, Sent = any> =
  | LayercodeAgent<Content, Sent>
  | ReactiveLayercodeAgent<Content, Sent>;

/**
 * A voice agent for the current scope. It disconnects when the component unmounts or the effect scope stops, not when
 * `<KeepAlive>` puts the component aside. Outside of a scope, call `disconnect()` yourself.
 *
 * Options may be a ref, a getter, a reactive object, or hold refs. Changed callbacks, `audioInput`, `audioOutput` and
 * `volume` count at once, every other option when it is needed next.
 * Options that make no sense are in `error`, with code `invalid-option`.
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export function useLayercodeAgent<Content = any, Inputs = any, Sent = any>(
  options: MaybeRefOrGetter<UseLayercodeAgentOptions<Content, Inputs, Sent>>,
): LayercodeAgent<Content, Sent> {
  const current = computed(() => readOptions(toValue(options)));
  const agent = createAgent(current.value);
  // Synchronous: `agentId.value = "b"; connect()` connects to "b". Vue's default would wait for the next tick.
  // The first ones too, so that their `onError` hears of it where they make no sense.
  watch(current, (given) => agent.setOptions(given), { flush: "sync", immediate: true });

  if (getCurrentScope()) onScopeDispose(() => agent.retire());
  return bindAgent(agent);
}

/** The fields, methods and client of an agent in one object. The fields are updated until the current scope stops. */
export function bindAgent(agent: Agent): LayercodeAgent {
  return { ...createAgentFields(agent), ...agent.methods, client: markRaw(agent.client) };
}

/** The agent with its refs, of one that may be in `reactive()`. */
export function refsOf(agent: AnyLayercodeAgent): LayercodeAgent {
  return toRaw(agent) as LayercodeAgent;
}

// `toRaw`, because options in a `reactive()` object come out as proxies, and a proxy of an object with private fields, such
// as a schema or a port, does not work. But metadata is read through its proxy, and tools are taken out of theirs: refs within
// a reactive object are their values only there. A change inside `metadata` is not watched: the client reads it at the next
// authorization.
function readOptions(options: object): LayercodeAgentOptions {
  const entries = Object.entries(options ?? {}).map(([name, option]) => {
    const value = unref(option);
    const raw = toRaw(value);
    if (name === "metadata") return [name, value];
    if (name === "tools" && value) return [name, readOptions(value)];
    return [name, name.startsWith("on") && typeof raw === "function" ? outsideEffects(raw) : raw];
  });
  return Object.fromEntries(entries) as LayercodeAgentOptions;
}

/**
 * What it reads belongs to an effect of its own, which never runs again. The client may call back in the middle of another
 * one: a `watchEffect` that connects would connect again for whatever `onStatusChange` reads. Vue exports no `untrack()`.
 */
function outsideEffects(callback: (...values: unknown[]) => unknown) {
  return (...values: unknown[]) => stop(effect(() => callback(...values)));
}
