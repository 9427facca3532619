import type { Agent } from "@layercode/core/bindings";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useIsomorphicLayoutEffect } from "./agents.js";
import { type AgentSource, isCurrent, ReadFields, type Reads, readable } from "./reads.js";

/**
 * The agent as this render sees it. The component renders again when a field changed that was read of it, here, in a
 * child that it was handed to, or later in an event handler; what only an earlier render read is forgotten.
 */
export function useAgentView(agent: Agent): AgentSource {
  const views = useMemo(() => new RenderedViews(agent), [agent]);
  useSyncExternalStore(views.fields.subscribe, views.version, views.version);
  const reads: Reads = new Map();
  let noting = true;
  const view = readable(agent, (field, value) => {
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

/** Counts the versions of one component: a new one when what it shows is no longer so. */
class RenderedViews {
  readonly fields: ReadFields;
  readonly #agent: Agent;
  #shown: Reads = new Map();
  #version = 0;
  #outdated = false;

  constructor(agent: Agent) {
    this.#agent = agent;
    this.fields = new ReadFields(agent);
    this.fields.reads = () => this.#shown;
  }

  readonly version = (): number => {
    if (!this.#outdated && !isCurrent(this.#agent, this.#shown)) {
      this.#outdated = true;
      this.#version++;
    }
    return this.#version;
  };

  show(reads: Reads): void {
    this.#shown = reads;
    this.#outdated = false;
    this.fields.update();
  }

  /** Not at once: a child that reads may be rendering, and must not make others render meanwhile. */
  readLater(reads: Reads): void {
    if (reads === this.#shown) queueMicrotask(this.fields.update);
  }
}
