import { LayercodeError } from "../errors.js";

/** Keys that only come together with others, or that lock: as `KeyboardEvent.key` and as `.code`. */
const refused = /^((Control|Alt|Meta|OS)(Left|Right)?|AltGraph|CapsLock|Fn|FnLock)?$/i;

/**
 * Throws `invalid-option` for no key, and for a key that cannot be a hotkey. With Control, Alt or Meta each shortcut of
 * the browser would open the microphone, and Alt+Tab or the system's menu takes the release away. CapsLock is not
 * released on macOS until it is pressed again.
 */
export function validateHotkey(key: string): void {
  if (!refused.test(key)) return;
  const remedy = `Pass a KeyboardEvent.key or .code, such as "F2" or "KeyV". Control, Alt, Meta and CapsLock cannot be held to talk.`;
  throw new LayercodeError("invalid-option", `Option "key" is ${JSON.stringify(key)}. ${remedy}`);
}

/** `hotkey`: a `KeyboardEvent.key`, upper or lower case, or a `.code`. */
export function isHotkey(event: KeyboardEvent, hotkey: string): boolean {
  return event.code === hotkey || written(event) === hotkey.toLowerCase();
}

/** Space and enter: the keys that press what has the focus. */
export function isPressKey({ key }: KeyboardEvent): boolean {
  return key === " " || key === "Enter";
}

/**
 * Whether two events are of one key. By `code`, the place on the keyboard: `key` changes while a key is held, "1" to "!"
 * under Shift. Virtual keyboards have no `code`.
 */
export function isSameKey(one: KeyboardEvent, other: KeyboardEvent): boolean {
  return one.code && other.code ? one.code === other.code : written(one) === written(other);
}

/** Whether the key belongs to a shortcut, to an input method, or to a text that the user types. */
export function isTaken(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey, isComposing } = event;
  const input = "input:not([type=checkbox], [type=radio], [type=range])";
  const text = `${input}, textarea, select, [role=textbox], [contenteditable]:not([contenteditable=false])`;
  return ctrlKey || altKey || metaKey || isComposing || isWithin(event, text);
}

/** Whether the key presses a control that has the focus. */
export function isPress(event: KeyboardEvent): boolean {
  return isPressKey(event) && isWithin(event, "button, [role=button], a[href], summary, input");
}

/** Whether the key was pressed within such an element. False for a key that no element heard. */
function isWithin(event: Event, selector: string): boolean {
  // Of an element in a shadow root, `target` is only the host to a listener outside. A closed root shows its host here,
  // too. And `instanceof Element` is false for an element of another window.
  const [target] = event.composedPath() as Partial<Element>[];
  return Boolean(target?.closest?.(selector));
}

// Chrome's autofill dispatches a `keydown` without a `key`.
function written({ key }: KeyboardEvent): string | undefined {
  return (key as string | undefined)?.toLowerCase();
}
