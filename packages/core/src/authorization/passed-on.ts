/**
 * The headers of an answer that is passed on. `fetch` has decoded the body of its own, and left there how it was encoded
 * and how long it was then.
 */
export function passedOnHeaders(answer: Response): Headers {
  const headers = new Headers(answer.headers);
  // Of what an app made itself it is empty.
  if (answer.url !== "")
    for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  return headers;
}

/** The text of a status, as far as a Response may have it: HTTP lets through what that throws at. */
export function passedOnStatusText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : "";
}
