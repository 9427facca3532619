import type { Undo } from "@layercode/core";
import { onDestroy } from "svelte";
import { run } from "svelte/legacy";
import { createSubscriber } from "svelte/reactivity";

/**
 * Calls `end` when the component ends, whether or not it was ever mounted; on a server when it has rendered. Outside of a
 * component never. It may be called twice.
 */
export function onComponentEnd(end: Undo): void {
  try {
    onDestroy(end);
  } catch {
    // `onDestroy` throws outside of a component, and Svelte has no other way to ask whether this is one.
    return;
  }
  // Svelte calls `onDestroy` only of what was mounted: not where something throws in the first rendering, and a
  // `<svelte:boundary>` takes it all away. Effects that ran before do end then. `run` is `$effect.pre` for files that
  // Svelte does not compile, such as this one.
  run(createSubscriber(() => end));
}
