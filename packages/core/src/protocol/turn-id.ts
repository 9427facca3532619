/** A turn id without the `user-` / `assistant-` that some servers put before the UUID; ids are compared in this form. */
export function bareTurnId(turnId: string): string {
  return turnId.replace(/^(user|assistant)-/, "");
}

/** Whether two ids, with or without their prefix, are of one turn. */
export function isSameTurn(one: string, other: string): boolean {
  if (one === other) return true;
  // Most pairs differ in their last characters: that is found without making another text of each.
  return one.at(-1) === other.at(-1) && bareTurnId(one) === bareTurnId(other);
}
