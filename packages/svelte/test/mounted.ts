import { type Component, flushSync, mount, unmount } from "svelte";
import { onTestFinished } from "vitest";

/** Mounts a component on the page until the test is over, its effects run. */
export function mounted<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  const target = document.body.appendChild(document.createElement("main"));
  const instance = mount(component, { target, props });
  flushSync();
  let gone = false;
  const destroy = async () => {
    if (!gone) await unmount(instance);
    gone = true;
    target.remove();
  };
  onTestFinished(destroy);
  return { target, destroy, text: (selector: string) => target.querySelector(selector)?.textContent };
}
