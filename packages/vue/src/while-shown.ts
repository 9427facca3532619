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
  const { parent } = scope;
  // One that is detached is not among the scopes of that in which it was made.
  return scope === instance.scope || (parent?.scopes?.includes(scope) === true && isOfComponent(parent));
}

/** A scope of effects, with what Vue's types leave out. */
interface Scope extends EffectScope {
  parent: Scope | undefined;
  scopes: Scope[] | undefined;
}
