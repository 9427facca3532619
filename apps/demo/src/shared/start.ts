import type { LayercodeClientOptions, Undo } from "@layercode/core";

/** What every page may give its client, whatever it calls its callbacks. */
export type StartOptions = Partial<
  Omit<LayercodeClientOptions, "onUserIsSpeakingChange" | "audioInputChanged" | "audioOutputChanged">
>;

/** How a conversation on the page begins: what its client is made with. A new one each time, and then a new client. */
export interface Start {
  /** Different for each start: a list key. */
  readonly key: number;
  /** The options of its client, over agent and endpoint of the page's own: the same object until they change. */
  readonly getOptions: () => StartOptions;
  /** Calls back when they have changed. Returns the undo. */
  readonly subscribe: (listener: () => void) => Undo;
  /** Other options for the conversation that is shown: `panels[0].start.change({ volume: 0.5 })` in the console. */
  readonly change: (options: StartOptions) => void;
}

export function createStart(key: number, options: StartOptions): Start {
  const listeners = new Set<() => void>();
  let current = options;
  return {
    key,
    getOptions: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change(changed) {
      current = { ...current, ...changed };
      for (const listener of listeners) listener();
    },
  };
}
