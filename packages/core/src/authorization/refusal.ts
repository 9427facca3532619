/** A failure as every side of the protocol writes it: `{ error }` and a status. */
export function refusal(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}

export function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599;
}

/** What others wrote, cut to `longest` characters before it stands in a message of ours. */
export function shorten(text: string, longest = 120): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
