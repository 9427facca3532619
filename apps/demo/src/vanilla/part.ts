/** The element of a panel with this class. Throws when there is none of that kind. */
export function part<E extends HTMLElement>(panel: HTMLElement, selector: string, kind: new () => E): E {
  const found = panel.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The panel has no ${kind.name} that is "${selector}".`);
  return found;
}
