import { agentFields } from "@layercode/core/bindings";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { type KnownAgent, useIsomorphicLayoutEffect } from "./agents.js";
import { type AgentSource, isCurrent, ReadFields, type Reads, readable } from "./reads.js";

/**
 * The agent as this render sees it. The component renders again when a field changed that was read of it, here, in a
 * child that it was handed to, or later in an event handler; what only an earlier render read is forgotten.
 */
export function useAgentView(known: KnownAgent): AgentSource {
  const views = useMemo(() => createViews(known), [known]);
  const version = useSyncExternalStore(views.subscribe, views.version, views.serverVersion);
  const reads: Reads = new Map();
  let noting = true;
  const view = readable(version === asOnServer ? known.initial : known.agent, (field, value) => {
    // The first reading counts: a later one may be newer than what is on the screen.
    if (!noting || reads.has(field)) return;
    reads.set(field, value);
    views.readLater(reads);
  });
  // Between the two effects nothing renders; but React's development build reads every property of changed props there.
  useIsomorphicLayoutEffect(() => {
    noting = false;
  });
  useEffect(() => {
    noting = true;
    views.show(reads);
  });
  return view;
}

/** The version while a part of the page comes alive whose agent is no longer as the server rendered it. */
const asOnServer = -1;

/** Counts the versions of one component: a new one when what it shows is no longer so. */
function createViews({ agent, initial }: KnownAgent) {
  const fields = new ReadFields(agent);
  let shown: Reads = new Map();
  let version = 0;
  let isOutdated = false;
  fields.reads = () => shown;
  return {
    subscribe: fields.subscribe,
    version() {
      if (!isOutdated && !isCurrent(agent, shown)) {
        isOutdated = true;
        version++;
      }
      return version;
    },
    serverVersion: () => (agentFields.every((field) => agent.get(field) === initial.get(field)) ? 0 : asOnServer),
    show(reads: Reads) {
      shown = reads;
      isOutdated = false;
      fields.update();
    },
    /** Not at once: a child that reads may be rendering, and must not make others render meanwhile. */
    readLater(reads: Reads) {
      if (reads === shown) queueMicrotask(fields.update);
    },
  };
}
