import type { LayercodeClient } from "../client/client.js";
import { createStore, type Store, whileSubscribed } from "../client/store.js";
import type { ClientStats } from "../stats/client-stats.js";

/** How a client does, asked every `intervalMs` while somebody subscribes; `null` before the first answer. */
export function createStatsStore(client: LayercodeClient, intervalMs = 1000): Store<ClientStats | null> {
  const store = createStore<ClientStats | null>(null);
  return whileSubscribed(store, () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const ask = () =>
      client
        .getStats()
        .then(
          (stats) => {
            if (!isOver) store.set(stats);
          },
          // Its code cannot be had now: the next time, perhaps.
          () => {},
        )
        .finally(() => {
          if (!isOver) timer = setTimeout(ask, intervalMs);
        });
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  });
}
