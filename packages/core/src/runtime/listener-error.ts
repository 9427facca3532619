/** Reports an error of the app's own listener as the platform reports one of an event listener: it stops nobody here. */
export function reportListenerError(error: unknown): void {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}
