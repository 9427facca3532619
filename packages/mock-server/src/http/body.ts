import type { IncomingMessage, ServerResponse } from "node:http";

/** The request's text; `null` when it has more bytes than `longest`. @throws {Error} when the client breaks off. */
export async function readBody(request: IncomingMessage, longest: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    // Read a body that is too long to its end, and keep none of the rest: if the connection closed while the client still
    // sends, the client would never see the answer.
    if (length <= longest) pieces.push(piece);
  }
  return length > longest ? null : Buffer.concat(pieces).toString("utf8");
}

export function answer(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(body));
}
