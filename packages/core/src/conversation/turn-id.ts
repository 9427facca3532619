/** A turn id without the `user-` / `assistant-` that some servers put before the UUID; ids are compared in this form. */
export function bareTurnId(turnId: string): string {
  return turnId.replace(/^(user|assistant)-/, "");
}
