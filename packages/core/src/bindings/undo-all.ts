import type { Undo } from "../undo.js";

/** One undo of several, in their order. */
export function undoAll(...undo: readonly Undo[]): Undo {
  return () => {
    for (const one of undo) one();
  };
}
