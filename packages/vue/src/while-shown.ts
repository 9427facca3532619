import type { Undo } from "@layercode/core";
import { getCurrentInstance, getCurrentScope, onActivated, onDeactivated, onMounted, onScopeDispose } from "vue";

/**
 * Runs `start` while the current component is on the page: not on a server, and not while `<KeepAlive>` holds it back.
 * Outside of a component: at once, until the scope stops.
 */
export function whileShown(start: () => Undo): void {
  let undo: Undo | undefined;
  const begin = () => {
    undo ??= start();
  };
  const stop = () => {
    undo?.();
    undo = undefined;
  };
  if (getCurrentInstance()) {
    onMounted(begin);
    onActivated(begin);
    onDeactivated(stop);
  } else begin();
  if (getCurrentScope()) onScopeDispose(stop);
}
