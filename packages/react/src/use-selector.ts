import type { Agent, AgentField } from "@layercode/core/bindings";
import { useEffect, useInsertionEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { type AgentSource, createAgentFields, isCurrent, type ReadFields } from "./agent-fields.js";
import { FieldSubscriptions } from "./field-subscriptions.js";
import type { HydratableAgent } from "./hydratable-agent.js";

/** What a selector returned, and the fields of the agent that were read for it, by the selector or later. */
interface Selection<T> {
  readonly value: T;
  readonly reads: ReadFields;
}

/**
 * What `selector` returns for an agent. The component renders again when a field changes that was read for it: by the
 * selector, or from the agent itself by the component, by a child that got it as a prop, or later by an event handler.
 * The fields that only an earlier rendering read no longer count: an inline selector is another function each time.
 */
export function useSelector<T>(
  from: HydratableAgent,
  selector: (agent: AgentSource) => T,
  isEqual: (before: T, after: T) => boolean = Object.is,
): T {
  const fields = useMemo(() => new FieldSubscriptions(from.agent), [from]);
  const shown = useRef<Selection<T> | null>(null);
  const { select, value, initialValue } = useMemo(() => {
    const selectFrom = (source: Agent) => {
      let latest: Selection<T> | null = null;
      return () => {
        // React renders forever if two calls without a change return different objects, as an inline selector's do.
        if (latest && isCurrent(source, latest.reads)) return latest;
        const before = latest ?? shown.current;
        const reads: ReadFields = new Map();
        let isSelecting = true;
        const onRead = (field: AgentField, value: unknown) =>
          isSelecting ? reads.set(field, value) : fields.readLater(reads, field, value);
        const after = selector(createAgentFields(source, onRead));
        isSelecting = false;
        latest = { reads, value: before && isEqual(before.value, after) ? before.value : after };
        return latest;
      };
    };
    const select = selectFrom(from.agent);
    const selectInitial = selectFrom(from.initial);
    const initialValue = () => (from.isInitial() ? select() : selectInitial()).value;
    return { select, value: () => select().value, initialValue };
  }, [from, fields, selector, isEqual]);
  const shownValue = useSyncExternalStore(fields.subscribe, value, initialValue);
  // Not between a commit and its effects: React's development build then reads every property of changed props, which
  // would subscribe the component to every field. Nothing renders in between, so no reading of the app is missed. No layout
  // effect: `<Suspense>` runs that again where it shows the component again, and then no effect follows.
  useInsertionEffect(() => {
    fields.isTracking = false;
  });
  useEffect(() => {
    fields.isTracking = true;
    shown.current = select();
    fields.reads = () => select().reads;
    fields.update();
  });
  return shownValue;
}
