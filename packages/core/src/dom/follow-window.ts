import type { LayercodeClient } from "../client/client.js";
import { LayercodeError } from "../errors.js";
import { has } from "../options/checks.js";
import type { Undo } from "../undo.js";

/** Throws `invalid-option` for what is no such element, as a reference is before it is mounted, or for no client. */
export function checkAttached(caller: string, element: unknown, tag: string, client: unknown): void {
  const check = (given: unknown, method: string, what: unknown, remedy: string) => {
    if (!has(method)(given))
      throw new LayercodeError("invalid-option", `${caller}() was given ${what}. Pass a ${remedy}`);
  };
  const method = tag === "canvas" ? "getContext" : "addEventListener";
  const what = (element as Element | null | undefined)?.localName ?? (element && typeof element);
  check(element, method, what, `<${tag}> of the page, once it is there.`);
  check(client, "getSnapshot", "no client", "LayercodeClient, such as the `client` of an agent.");
}

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
