import type { Undo } from "@layercode/core";
import { type Agent, type AgentField, type AgentValues, agentFields } from "@layercode/core/bindings";
import { customRef, getCurrentScope, onScopeDispose, type ShallowRef, shallowReadonly } from "vue";

/** Every field of an agent as a readonly shallow ref. */
export type AgentRefs = { readonly [F in AgentField]: Readonly<ShallowRef<AgentValues[F]>> };

/** One ref a field, each subscribed while somebody reads it; given up with the current scope. */
export function createAgentRefs(agent: Agent): AgentRefs {
  return Object.fromEntries(agentFields.map((field) => [field, createFieldRef(agent, field)])) as AgentRefs;
}

/**
 * Vue tells nobody when the last reader of a ref has gone. But whoever still wants the value reads it again after every
 * change, so a change that finds the one before it unread has no readers, and the subscription ends there. Who comes
 * later, or was only slow, reads the value as it is then and subscribes anew.
 */
function createFieldRef<F extends AgentField>(agent: Agent, field: F) {
  let unsubscribe: Undo | undefined;
  let isRead = false;
  // On a server nobody waits for microphones.
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
