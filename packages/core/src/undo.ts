/** Undoes what returned it; calling it twice changes nothing. */
export type Undo = () => void;

/** Begins what `code` brings, unless it is undone before the code is there; where that cannot be had, nothing begins. */
export function begun(code: Promise<() => Undo>): Undo {
  let undo: Undo | undefined;
  let isOver = false;
  code.then(
    (begin) => {
      if (isOver) return;
      undo = begin();
      // What began may have ended all of it at once.
      if (isOver) undo();
    },
    () => {},
  );
  return () => {
    isOver = true;
    undo?.();
  };
}
