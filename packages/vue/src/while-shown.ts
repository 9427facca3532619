import type { Undo } from "@layercode/core";
import {
  type EffectScope,
  getCurrentInstance,
  getCurrentScope,
  onActivated,
  onDeactivated,
  onMounted,
  onScopeDispose,
} from "vue";

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
  if (isOfComponent(getCurrentScope() as Scope | undefined)) {
    onMounted(begin);
    onActivated(begin);
    onDeactivated(stop);
  } else if (typeof window !== "undefined") begin();
  if (getCurrentScope()) onScopeDispose(stop);
}

/** Whether a scope ends with the current component. A store's does not, though a component is there that needed it first. */
function isOfComponent(scope: Scope | undefined): boolean {
  const instance = getCurrentInstance() as { scope?: Scope } | null;
  if (!instance || !scope) return false;
  return scope === instance.scope || (!scope.detached && isOfComponent(scope.parent));
}

/** A scope of effects, with what Vue's types leave out. */
interface Scope extends EffectScope {
  detached: boolean;
  parent: Scope | undefined;
}
