import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";
import { checkAttached, followWindow, type View, windowOf } from "./follow-window.js";
import { isHotkey, isPress, isPressKey, isSameKey, isTaken, validateHotkey } from "./keys.js";

export interface PushToTalkOptions {
  /**
   * A hotkey of the whole page, except where the user types text: a `KeyboardEvent.key` or `.code`. Control, Alt, Meta
   * and CapsLock throw `invalid-option`.
   */
  key?: string;
}

/**
 * With `none` for these, a touch that holds the element neither scrolls the page, nor selects text, nor opens iOS's callout.
 * Safari knows `user-select` only with its prefix.
 */
const heldStyle = ["touch-action", "user-select", "-webkit-user-select", "-webkit-touch-callout"];

/** Ends a hold, by the event of the page that did. */
type Release = (up?: Event) => void;

/** Adds listeners that end a hold. */
type Listen = (untilReleased: AddEventListenerOptions, release: Release) => void;

/** The client of each element that is held. Two may hold the same one: the user's turn ends with the last. */
const held: LayercodeClient[] = [];

/**
 * Makes an element push-to-talk: the user's turn lasts while it is held, by pointer or touch, space or enter, or a
 * hotkey. The turn also ends with a cancelled pointer, a lost focus, a hidden page, and when the element is disabled or
 * removed, or its window closed. A press does nothing while the client is disconnected or the element is disabled.
 * Listens in the element's own window, which may be another one. Returns the undo, which ends a held turn too. Throws
 * `invalid-option` for a hotkey that cannot be held, and for what is no element. Several elements may hold one client: the
 * turn ends with the last of them.
 */
export function attachPushToTalk(
  element: HTMLElement,
  client: LayercodeClient,
  { key: hotkey }: PushToTalkOptions = {},
): Undo {
  checkAttached("attachPushToTalk", element, "button", client);
  if (hotkey !== undefined) validateHotkey(hotkey);
  /** Lets go; `null` while the element is not held. */
  let letGo: Release | null = null;
  const attached = new AbortController();
  const { signal } = attached;

  /** Whether a press does nothing. An element that was put aside, as by Vue's `<KeepAlive>`, may still be attached. */
  const isUnavailable = () =>
    isOver(client) || !element.isConnected || element.matches(":disabled, [aria-disabled=true]");

  /** Begins a hold, unless there is one. `listen` adds what ends this kind of hold. */
  const press = (down: Event, view: View, listen: Listen) => {
    if (letGo || isUnavailable()) return;
    const until = new AbortController();
    const release = (up?: Event) => {
      until.abort();
      letGo = null;
      held.splice(held.indexOf(client), 1);
      if (!held.includes(client) && !isOver(client)) void client.triggerUserTurnFinished(up && inThisWindow(up, view));
    };
    letGo = release;
    held.push(client);
    // All on the window, because the element may be removed while it is held, and would not hear the release.
    const untilReleased = { signal: until.signal, capture: true };
    // Only the window's own blur. The press itself moves the focus, and this listener captures those blurs too.
    view.addEventListener("blur", (event) => event.target === event.currentTarget && release(event), untilReleased);
    // A pop-out that is closed, or an iframe that is removed, hears nothing after this.
    view.addEventListener("pagehide", release, untilReleased);
    view.document.addEventListener(
      "visibilitychange",
      (event) => view.document.hidden && release(event),
      untilReleased,
    );
    listen(untilReleased, release);
    // Not awaited: if it fails, the client reports the error.
    void client.triggerUserTurnStarted(inThisWindow(down, view));
  };

  const pressByPointer = (down: PointerEvent) => {
    const view = windowOf(element);
    press(down, view, (untilReleased, release) => {
      const isEnd = ({ type, pointerId, buttons }: PointerEvent) =>
        // `pointerup` comes when the last button is up: a move tells that the main one is, when another is still down.
        pointerId === down.pointerId && (type !== "pointermove" || !(buttons & 1));
      for (const type of ["pointerup", "pointercancel", "lostpointercapture", "pointermove"] as const)
        view.addEventListener(type, (event) => isEnd(event) && release(event), untilReleased);
      // With capture, a pointer still holds after it slides off the element or out of the window. A synthetic event has
      // no pointer to capture: `setPointerCapture` throws.
      if (down.isTrusted) element.setPointerCapture(down.pointerId);
    });
  };
  const pressByKey = (down: KeyboardEvent, view: View, listen?: Listen) => {
    // A key that presses nothing is anybody's: it may click a button that connects.
    if (!down.repeat && isUnavailable()) return;
    // Keeps space and enter from clicking as well. A held key repeats its keydown: only the first one presses.
    down.preventDefault();
    if (down.repeat) return;
    press(down, view, (untilReleased, release) => {
      const onKey = (event: KeyboardEvent) => {
        // macOS reports no key-up of the held key while Meta is down.
        if (event.metaKey) return release(event);
        if (!isSameKey(event, down)) return;
        // A repeat would write into what has got the focus meanwhile; Firefox clicks when space comes up.
        event.preventDefault();
        if (event.type === "keyup") release(event);
      };
      view.addEventListener("keydown", onKey, untilReleased);
      view.addEventListener("keyup", onKey, untilReleased);
      listen?.(untilReleased, release);
    });
  };

  const on = <T extends keyof HTMLElementEventMap>(type: T, listener: (event: HTMLElementEventMap[T]) => void) =>
    element.addEventListener(type, listener, { signal });
  on("pointerdown", (event) => event.button === 0 && pressByPointer(event));
  on("keydown", (event) => {
    if (!isPressKey(event) || isTaken(event)) return;
    pressByKey(event, windowOf(element), (untilReleased, release) =>
      element.addEventListener("blur", release, untilReleased),
    );
  });
  // A long touch opens the context menu. A pointer that slides with a link or a picture drags it, and is cancelled.
  on("contextmenu", (event) => event.preventDefault());
  on("dragstart", (event) => event.preventDefault());
  const stopHotkey =
    hotkey !== undefined &&
    followWindow(element, client, (view) => {
      const onKeyDown = (event: KeyboardEvent) => {
        if (event.defaultPrevented || !isHotkey(event, hotkey) || isTaken(event) || isPress(event)) return;
        pressByKey(event, view);
      };
      view.addEventListener("keydown", onKeyDown);
      return () => view.removeEventListener("keydown", onKeyDown);
    });
  const { style } = element;
  const before = heldStyle.map((name) => [name, style.getPropertyValue(name)] as const);
  let kept: string | undefined;
  const follow = () => {
    // Some browsers report neither pointer nor keys to a disabled button: its release would never come.
    if (isUnavailable()) letGo?.();
    // A template that binds the whole style writes all of it anew. What is written here is seen here as well.
    if (style.cssText === kept) return;
    for (const name of heldStyle) style.setProperty(name, "none");
    kept = style.cssText;
  };
  const attributes = new MutationObserver(follow);
  attributes.observe(element, { attributes: true });
  follow();

  return () => {
    if (signal.aborted) return;
    attached.abort();
    if (stopHotkey) stopHotkey();
    attributes.disconnect();
    for (const [name, value] of before) style.setProperty(name, value);
    letGo?.();
  };
}

/** When an event happened, on the clock of this window: each counts from its own beginning. */
function inThisWindow({ timeStamp }: Event, { performance: clock }: View): { timeStamp: number } {
  return { timeStamp: performance.now() - (clock.now() - timeStamp) };
}

function isOver({ status }: LayercodeClient): boolean {
  return status === "disconnected" || status === "error";
}
