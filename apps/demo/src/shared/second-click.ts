/**
 * Takes away the second click of a double click where it would press something else than the first: a button that starts is
 * followed, at the same place, by one that ends, or mutes. Installed once for the document, before what the pages listen to.
 */
export function ignoreStraySecondClicks(document: Document): void {
  let first: Pressed | null = null;
  document.addEventListener(
    "click",
    (event) => {
      const pressed = pressedBy(event);
      if (event.detail <= 1) {
        first = pressed;
        return;
      }
      if (pressed.button === first?.button && pressed.label === first.label) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

interface Pressed {
  button: Element | null;
  /** What stood on it. */
  label: string | null;
}

function pressedBy({ target }: Event): Pressed {
  const button = target instanceof Element ? target.closest("button, a, input, select, label") : null;
  return { button, label: button?.textContent ?? null };
}
