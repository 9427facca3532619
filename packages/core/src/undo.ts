/** Undoes what returned it; calling it twice changes nothing. */
export type Undo = () => void;
