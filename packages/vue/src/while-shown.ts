import type { Undo } from "@layercode/core";
import { getCurrentInstance, getCurrentScope, onActivated, onDeactivated, onMounted, onScopeDispose } from "vue";

/**
 * Calls `start` when the current component appears on the page, and its undo when the component leaves: at unmount, and
 * when `<KeepAlive>` puts it aside. Never on a server. Outside of a component it starts at once, until the scope stops.
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
