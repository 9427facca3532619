/** A turn id without the `user-` / `assistant-` that some servers put before the UUID; ids are compared in this form. */
export function bareTurnId(turnId: string): string {
  return turnId.replace(/^(user|assistant)-/, "");
}

/** Whether two ids, with or without their prefix, are of one turn. */
export function isSameTurn(one: string, other: string): boolean {
  return bareTurnId(one) === bareTurnId(other);
}
