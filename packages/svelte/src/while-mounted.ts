import type { Undo } from "@layercode/core";
import { onMount } from "svelte";

/** Calls `start` when the component is mounted, never on a server, and its undo at its end; outside of one, at once. */
export function whileMounted(start: () => Undo): Undo {
  let undo: Undo | undefined;
  const stop = () => undo?.();
  try {
    onMount(() => {
      undo = start();
      return stop;
    });
  } catch {
    // `onMount` throws outside of a component, and Svelte has no other way to ask whether this is one.
    undo = start();
  }
  return stop;
}
