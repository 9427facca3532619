import type { PageState } from "../machine/connection/connection.js";
import type { Undo } from "../undo.js";

/** Tells at once, and whenever the page is shown or hidden, or the network comes or goes. Also where there is no page. */
export function watchPage(onChange: (page: PageState) => void): Undo {
  const { document, navigator } = globalThis as { document?: Document; navigator?: Navigator };
  const tell = () => onChange({ online: navigator?.onLine !== false, visible: document?.visibilityState !== "hidden" });
  const wiring = [
    [globalThis, "online"],
    [globalThis, "offline"],
    [document, "visibilitychange"],
  ] as const;
  // Node has no such events, a worker has no document.
  for (const [target, type] of wiring) target?.addEventListener?.(type, tell);
  tell();
  return () => {
    for (const [target, type] of wiring) target?.removeEventListener?.(type, tell);
  };
}
