// RFC 9110, section 7.6.1; HTTP/2 refuses them.
const ofTheConnection = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * The headers of an answer that is passed on: without those of the connection on which it came, if any. `fetch` has
 * decoded the body of its own, and left there how it was encoded and how long it was then.
 */
export function passedOnHeaders(answer: Response): Headers {
  const headers = new Headers(answer.headers);
  // Of what an app made itself it is empty.
  const decoded = answer.url === "" ? [] : ["content-encoding", "content-length"];
  for (const name of [...ofTheConnection, ...decoded]) headers.delete(name);
  return headers;
}

/** The text of a status, as far as a Response may have it: HTTP lets through what that throws at. */
export function passedOnStatusText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : "";
}
