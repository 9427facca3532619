import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";

export interface PushToTalkOptions {
  /** A hotkey of the whole page, except where the user types text: a `KeyboardEvent.key` or `.code`. */
  key?: string;
}

/** What holds the element down. */
type Holder = "pointer" | "key" | "hotkey";

/** Keeps a touch that holds the element from scrolling the page, selecting text, or opening iOS's callout. */
const heldStyle = { "touch-action": "none", "user-select": "none", "-webkit-touch-callout": "none" };

/**
 * Makes an element push-to-talk: the user's turn lasts while it is held, by pointer or touch, space or enter, or a
 * hotkey. A cancelled pointer, a lost focus, a hidden page or the element's removal ends the turn too. A press does
 * nothing while the client is disconnected or the element is disabled. Returns the undo, which ends a held turn too.
 */
export function attachPushToTalk(
  element: HTMLElement,
  client: LayercodeClient,
  { key: hotkey }: PushToTalkOptions = {},
): Undo {
  let holder: Holder | null = null;
  let releasing: AbortController | null = null;
  const attached = new AbortController();
  const { signal } = attached;

  const press = <T extends keyof WindowEventMap>(
    by: Holder,
    endTypes: readonly T[],
    isEnd: (event: WindowEventMap[T]) => boolean,
  ) => {
    if (holder || isOver(client) || element.matches(":disabled, [aria-disabled=true]")) return;
    holder = by;
    releasing = new AbortController();
    // On the window, because the element may be removed while it is held, and would not hear the release.
    const held = { signal: releasing.signal, capture: true };
    for (const type of endTypes) addEventListener(type, (event) => isEnd(event) && release(), held);
    // Only the window's own blur. The press itself moves the focus, and this listener captures those blurs too.
    addEventListener("blur", (event) => event.target === window && release(), held);
    document.addEventListener("visibilitychange", () => document.hidden && release(), held);
    // Not awaited: if it fails, the client reports the error.
    void client.triggerUserTurnStarted();
  };
  const release = () => {
    if (!holder) return;
    holder = null;
    releasing?.abort();
    if (!isOver(client)) void client.triggerUserTurnFinished();
  };
  const isHotkey = ({ key, code }: KeyboardEvent) =>
    hotkey !== undefined && (code === hotkey || key.toLowerCase() === hotkey.toLowerCase());

  const on = <T extends keyof HTMLElementEventMap>(type: T, listener: (event: HTMLElementEventMap[T]) => void) =>
    element.addEventListener(type, listener, { signal });
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    // With capture, a pointer still holds after it slides off the element or out of the window. A synthetic event has
    // no pointer to capture: `setPointerCapture` throws.
    const { pointerId, isTrusted } = event;
    if (isTrusted) element.setPointerCapture(pointerId);
    press("pointer", ["pointerup", "pointercancel"], (end) => end.pointerId === pointerId);
  });
  on("lostpointercapture", () => holder === "pointer" && release());
  on("blur", () => holder === "key" && release());
  on("keydown", (event) => {
    if (!isHoldKey(event)) return;
    // Keeps space and enter from clicking as well. A held key repeats its keydown: only the first one presses.
    event.preventDefault();
    if (!event.repeat) press("key", ["keyup"], isHoldKey);
  });
  // A long touch opens the context menu.
  on("contextmenu", (event) => event.preventDefault());
  addEventListener(
    "keydown",
    (event) => {
      if (!isHotkey(event) || event.defaultPrevented || isTaken(event)) return;
      event.preventDefault();
      if (!event.repeat) press("hotkey", ["keyup"], isHotkey);
    },
    { signal },
  );
  const before = Object.keys(heldStyle).map((name) => [name, element.style.getPropertyValue(name)] as const);
  for (const [name, value] of Object.entries(heldStyle)) element.style.setProperty(name, value);

  return () => {
    if (signal.aborted) return;
    attached.abort();
    for (const [name, value] of before) element.style.setProperty(name, value);
    release();
  };
}

function isOver({ status }: LayercodeClient): boolean {
  return status === "disconnected" || status === "error";
}

function isHoldKey({ key }: KeyboardEvent): boolean {
  return key === " " || key === "Enter";
}

/** Whether the key already has a meaning where it was pressed: in a text field, on a button, with a modifier. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof Element)) return true;
  const typing = event.target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])");
  return Boolean(typing || (isHoldKey(event) && event.target.closest("button, a[href], summary")));
}
