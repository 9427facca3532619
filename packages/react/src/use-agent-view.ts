import type { Agent, AgentField } from "@layercode/core/bindings";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { type KnownAgent, useIsomorphicLayoutEffect } from "./agents.js";
import { type AgentSource, isCurrent, ReadFields, type Reads, readable } from "./reads.js";

/**
 * The agent as this render sees it. The component renders again when a field changed that was read of it, here, in a
 * child that it was handed to, or later in an event handler; what only an earlier render read is forgotten.
 */
export function useAgentView({ agent, initial }: KnownAgent): AgentSource {
  const views = useMemo(() => new RenderedViews(agent, new Map(Object.entries(initial)) as Reads), [agent, initial]);
  const version = useSyncExternalStore(views.fields.subscribe, views.version, views.serverVersion);
  const source = version === asOnServer ? { ...agent, get: <F extends AgentField>(field: F) => initial[field] } : agent;
  const reads: Reads = new Map();
  let noting = true;
  const view = readable(source, (field, value) => {
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
class RenderedViews {
  readonly fields: ReadFields;
  readonly serverVersion: () => number;
  readonly #agent: Agent;
  #shown: Reads = new Map();
  #version = 0;
  #outdated = false;

  constructor(agent: Agent, initial: Reads) {
    this.#agent = agent;
    this.serverVersion = () => (isCurrent(agent, initial) ? 0 : asOnServer);
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
