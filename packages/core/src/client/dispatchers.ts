import type { Dispatcher } from "../runtime/dispatcher.js";

/** What is inside of a client, for functions that an app imports only where it uses them. */
export const dispatchers = new WeakMap<object, Dispatcher>();
