/** Runs what is the app's own: what it throws is reported, and stops nobody here. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    reportListenerError(error);
  }
}

/** Reports an error of the app's own listener as the platform reports one of an event listener. */
export function reportListenerError(error: unknown): void {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}
