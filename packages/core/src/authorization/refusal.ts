/** A failure as every side of the protocol writes it: `{ error }` and a status. */
export function refusal(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}
