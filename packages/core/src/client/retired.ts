/** Clients whose component is gone. They open nothing until it is back, as React's StrictMode brings it back. */
export const retired = new WeakSet<object>();
