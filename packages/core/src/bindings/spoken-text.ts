import type { LayercodeClient } from "../client/client.js";
import { createStore, type Store, whileSubscribed } from "../client/store.js";
import type { SpokenText } from "../conversation/spoken-text.js";
import { watchSpokenText } from "../dom/spoken-text.js";

const stores = new WeakMap<LayercodeClient, Store<SpokenText | null>>();

/** What of the agent's speech has been heard by now: one store a client, fed while somebody subscribes, else `null`. */
export function spokenTextStore(client: LayercodeClient): Store<SpokenText | null> {
  const store = stores.get(client) ?? createSpokenTextStore(client);
  stores.set(client, store);
  return store;
}

function createSpokenTextStore(client: LayercodeClient): Store<SpokenText | null> {
  const store = createStore<SpokenText | null>(null);
  return whileSubscribed(store, () => {
    const stop = watchSpokenText(client, store.set);
    return () => {
      stop();
      store.set(null);
    };
  });
}
