import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";

export interface PushToTalkOptions {
  /** A key that talks from anywhere on the page, but where text is typed: a `KeyboardEvent.key` or `.code`. */
  key?: string;
}

/** What holds the element down. */
type Holder = "pointer" | "key" | "hotkey";

/** While a finger holds, nothing is scrolled, selected or offered. */
const heldStyle = { "touch-action": "none", "user-select": "none", "-webkit-touch-callout": "none" };

/**
 * Makes an element one that is held while talking: by pointer or touch, by the space or enter key, by a hotkey. Whatever
 * takes the hold away ends the user's turn: a cancelled pointer, a lost focus, a hidden page, the element's removal.
 * While the client is disconnected, and on a disabled element, nothing happens. Returns the undo, which ends the turn.
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
    // On the window: the element may be gone by then.
    const held = { signal: releasing.signal, capture: true };
    for (const type of endTypes) addEventListener(type, (event) => isEnd(event) && release(), held);
    // Of the window itself: the press moves the focus here, away from another element.
    addEventListener("blur", (event) => event.target === window && release(), held);
    document.addEventListener("visibilitychange", () => document.hidden && release(), held);
    // A failure is told by the client's error event.
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
    // A pointer that slides off, or leaves the window, still holds; one that a script made up cannot be captured.
    const { pointerId, isTrusted } = event;
    if (isTrusted) element.setPointerCapture(pointerId);
    press("pointer", ["pointerup", "pointercancel"], (end) => end.pointerId === pointerId);
  });
  on("lostpointercapture", () => holder === "pointer" && release());
  on("blur", () => holder === "key" && release());
  on("keydown", (event) => {
    if (!isHoldKey(event)) return;
    // Space and enter would also click; a key held down repeats, and that is no second press.
    event.preventDefault();
    if (!event.repeat) press("key", ["keyup"], isHoldKey);
  });
  // A long touch would open a menu.
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

/** Whether the key means something where it was pressed: in a text, on a button, with a modifier. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof Element)) return true;
  const typing = event.target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])");
  return Boolean(typing || (isHoldKey(event) && event.target.closest("button, a[href], summary")));
}
