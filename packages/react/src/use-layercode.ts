import type { Message } from "@layercode/core";
import type { Agent } from "@layercode/core/bindings";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { KnownAgent } from "./agents.js";
import { type AgentChoice, useChosenAgent } from "./provider.js";
import { type AgentSource, isCurrent, ReadFields, type Reads, readable } from "./reads.js";
import { useAgentView } from "./use-agent-view.js";

/**
 * The agent of the nearest `LayercodeProvider`: its fields, methods and client. The component renders again when a
 * field changed that it read. Throws an `Error` outside of a provider.
 */
export function useLayercode(): AgentSource;
/**
 * What `selector` makes of the agent: `useLayercode((agent) => agent.messages.length)`. The component renders again
 * when a field that the selector read has changed, and `isEqual` (default `Object.is`) says that the outcome has.
 */
export function useLayercode<T>(selector: (agent: AgentSource) => T, isEqual?: (before: T, after: T) => boolean): T;
export function useLayercode<T>(
  selector?: (agent: AgentSource) => T,
  isEqual?: (before: T, after: T) => boolean,
): T | AgentSource {
  const chosen = useChosenAgent("useLayercode()");
  // biome-ignore-start lint/correctness/useHookAtTopLevel: one call always has a selector, or never.
  return selector ? useSelection(chosen, selector, isEqual) : useAgentView(chosen);
  // biome-ignore-end lint/correctness/useHookAtTopLevel: as above.
}

/** The transcript, oldest first; of the nearest `LayercodeProvider` unless an agent is given. */
export function useTranscript(agent?: AgentChoice["agent"]): readonly Message[] {
  return useSelection(useChosenAgent("useTranscript()", { agent }), ({ messages }) => messages);
}

/** What a selector made of an agent, and what it read for it. */
interface Selection<T> {
  readonly value: T;
  readonly reads: Reads;
}

export function useSelection<T>(
  { agent, initial }: KnownAgent,
  selector: (agent: AgentSource) => T,
  isEqual: (before: T, after: T) => boolean = Object.is,
): T {
  const fields = useMemo(() => new ReadFields(agent), [agent]);
  const shown = useRef<Selection<T> | null>(null);
  const [select, selectInitial] = useMemo(() => {
    const selectFrom = (source: Agent) => {
      let latest: Selection<T> | null = null;
      return () => {
        // As long as nothing it read has changed it is the same outcome: a selector may make a new object each time.
        if (latest && isCurrent(source, latest.reads)) return latest;
        const before = latest ?? shown.current;
        const reads: Reads = new Map();
        const after = selector(readable(source, (field, value) => reads.set(field, value)));
        latest = { reads, value: before && isEqual(before.value, after) ? before.value : after };
        return latest;
      };
    };
    return [selectFrom(agent), selectFrom(initial)] as const;
  }, [agent, initial, selector, isEqual]);
  const value = useSyncExternalStore(
    fields.subscribe,
    () => select().value,
    () => selectInitial().value,
  );
  useEffect(() => {
    shown.current = select();
    fields.reads = () => select().reads;
    fields.update();
  }, [fields, select]);
  return value;
}
