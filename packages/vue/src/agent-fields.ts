import type { Undo } from "@layercode/core";
import { type Agent, type AgentField, type AgentValues, agentFields } from "@layercode/core/bindings";
import { customRef, getCurrentScope, onScopeDispose, type ShallowRef, shallowReadonly } from "vue";

/** Every field of an agent as a readonly shallow ref. */
export type AgentFields = { readonly [F in AgentField]: Readonly<ShallowRef<AgentValues[F]>> };

/** One ref a field. Each subscribes to the agent while it is read, until the current scope stops. */
export function createAgentFields(agent: Agent): AgentFields {
  return Object.fromEntries(agentFields.map((field) => [field, createFieldRef(agent, field)])) as AgentFields;
}

/**
 * A ref that subscribes while it is read. Vue has no hook for the last reader's end, so the next change finds it out: a
 * template or effect reads the ref again after each change; if nobody has read it since the last one, unsubscribe. A
 * reader that was only slow loses nothing, because its next reading takes the present value and subscribes again.
 */
function createFieldRef<F extends AgentField>(agent: Agent, field: F) {
  let unsubscribe: Undo | undefined;
  let isRead = false;
  // Not on a server for levels and device lists (the fields outside the snapshot): to subscribe would list devices.
  let isLive = typeof window !== "undefined" || field in agent.client.getSnapshot();
  const stop = () => {
    unsubscribe?.();
    unsubscribe = undefined;
  };
  const ref = customRef<AgentValues[F]>((track, trigger) => ({
    get() {
      track();
      if (isLive)
        unsubscribe ??= agent.subscribe(field, () => {
          if (!isRead) return stop();
          isRead = false;
          trigger();
        });
      isRead = true;
      return agent.get(field);
    },
    set() {},
  }));
  if (getCurrentScope())
    onScopeDispose(() => {
      isLive = false;
      stop();
    });
  return shallowReadonly(ref);
}
