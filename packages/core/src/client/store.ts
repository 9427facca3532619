import type { Undo } from "../undo.js";

/** A value with subscribers. */
export interface Store<T> {
  get(): T;
  /** Sets the value and tells the subscribers, unless it is the same. */
  set(value: T): void;
  subscribe(listener: () => void): Undo;
  /** Forgets the subscribers. */
  clear(): void;
}

export function createStore<T>(initial: T, report: (error: unknown) => void): Store<T> {
  let value = initial;
  // Each subscription is an object of its own, so that one function may subscribe twice.
  const subscriptions = new Set<{ listener: () => void }>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const subscription of [...subscriptions]) {
        try {
          // One of them may have undone another's.
          if (subscriptions.has(subscription)) subscription.listener();
        } catch (error) {
          report(error);
        }
      }
    },
    subscribe(listener) {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },
    clear: () => subscriptions.clear(),
  };
}

/** A store that is fed only while somebody subscribes: `watch` runs with the first subscriber, its undo with the last. */
export function whileSubscribed<T>(store: Store<T>, watch: () => Undo): Store<T> {
  let subscribers = 0;
  let stop: Undo | null = null;
  return {
    ...store,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      let subscribed = true;
      if (++subscribers === 1) stop = watch();
      return () => {
        if (!subscribed) return;
        subscribed = false;
        unsubscribe();
        if (--subscribers === 0) stop?.();
      };
    },
  };
}
