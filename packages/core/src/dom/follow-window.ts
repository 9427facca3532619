import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";

/** A window with the constructors of its own realm. */
export type View = Window & typeof globalThis;

/** The window that shows the element; this one for no element, and for one that no window shows yet. */
export function windowOf(element: Element | null | undefined): View {
  return element?.ownerDocument.defaultView ?? window;
}

/**
 * Calls `attach` with the element's window, and its undo at the end. An element that has moved to the document of
 * another window (an iframe, a pop-out, Picture-in-Picture) is attached anew there. Returns the undo.
 */
export function followWindow(
  element: Element | null | undefined,
  client: LayercodeClient,
  attach: (view: View) => Undo,
): Undo {
  let view = windowOf(element);
  let undo = attach(view);
  // No event tells of a move. The client changes when it connects and with each turn, and before that nothing of what is
  // attached is needed: look then.
  const unsubscribe = client.subscribe(() => {
    const now = windowOf(element);
    if (now === view) return;
    undo();
    view = now;
    undo = attach(view);
  });
  return () => {
    unsubscribe();
    undo();
  };
}
