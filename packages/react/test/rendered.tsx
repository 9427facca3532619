import { act, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";
import { settle } from "./world.js";

/** Runs `action`, and lets React and every promise finish. */
export async function acting<T>(action: () => T | Promise<T>): Promise<T> {
  // React asks for this where its updates are waited for.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  return await act(async () => {
    const result = await action();
    await settle();
    return result;
  });
}

/** Lets React and promises go on until `condition` holds; what loads code for the first time takes a while. */
export async function actingUntil(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 10_000) throw new Error(`It never came to this: ${condition}`);
    await acting(() => {});
  }
}

/** Renders into the page until the test is over. */
export async function render(ui: ReactNode, { strict = false } = {}) {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  let isMounted = true;
  const rendered = {
    container,
    async render(next: ReactNode): Promise<void> {
      await acting(() => root.render(strict ? <StrictMode>{next}</StrictMode> : next));
    },
    async unmount(): Promise<void> {
      if (isMounted) await acting(() => root.unmount());
      isMounted = false;
    },
    get text(): string {
      return container.textContent ?? "";
    },
    find<E extends HTMLElement>(selector: string): E {
      const found = container.querySelector<E>(selector);
      if (!found) throw new Error(`no ${selector} in ${container.innerHTML}`);
      return found;
    },
  };
  onTestFinished(async () => {
    await rendered.unmount();
    container.remove();
  });
  await rendered.render(ui);
  return rendered;
}
