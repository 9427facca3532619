import { Subscriptions } from "../runtime/subscriptions.js";
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

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const subscriptions = new Subscriptions();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      subscriptions.tell(undefined);
    },
    subscribe: (listener) => subscriptions.add(listener),
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
