import type { Agent, AgentField } from "@layercode/core/bindings";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { type KnownAgent, useIsomorphicLayoutEffect } from "./agents.js";
import { type AgentSource, isCurrent, ReadFields, type Reads, readable } from "./reads.js";

/** What a selector made of an agent, and what was read of the agent for it, then or later. */
interface Reading<T> {
  readonly value: T;
  readonly reads: Reads;
}

/**
 * What `selector` makes of an agent. The component renders again when a field has changed that was read for it: by the
 * selector, or of the agent itself by the component, by a child that it was handed to, or later by an event handler.
 * What only an earlier rendering read is forgotten: a selector that is made in rendering is another one each time.
 */
export function useReading<T>(
  { agent, initial, initialReads }: KnownAgent,
  selector: (agent: AgentSource) => T,
  isEqual: (before: T, after: T) => boolean = Object.is,
): T {
  const fields = useMemo(() => new ReadFields(agent), [agent]);
  const shown = useRef<Reading<T> | null>(null);
  const { read, value, initialValue } = useMemo(() => {
    const readFrom = (source: Agent) => {
      let latest: Reading<T> | null = null;
      return () => {
        // As long as nothing it read has changed it is the same outcome: a selector may make a new object each time.
        if (latest && isCurrent(source, latest.reads)) return latest;
        const before = latest ?? shown.current;
        const reads: Reads = new Map();
        let isSelecting = true;
        const note = (field: AgentField, value: unknown) =>
          isSelecting ? reads.set(field, value) : fields.noteLater(reads, field, value);
        const after = selector(readable(source, note));
        isSelecting = false;
        latest = { reads, value: before && isEqual(before.value, after) ? before.value : after };
        return latest;
      };
    };
    const read = readFrom(agent);
    const readInitial = readFrom(initial);
    const initialValue = () => (isCurrent(agent, initialReads) ? read() : readInitial()).value;
    return { read, value: () => read().value, initialValue };
  }, [agent, initial, initialReads, fields, selector, isEqual]);
  const shownValue = useSyncExternalStore(fields.subscribe, value, initialValue);
  // Between the two effects nothing renders; but React's development build reads every property of changed props there.
  useIsomorphicLayoutEffect(() => {
    fields.isNoting = false;
  });
  useEffect(() => {
    fields.isNoting = true;
    shown.current = read();
    fields.reads = () => read().reads;
    fields.update();
  });
  return shownValue;
}
