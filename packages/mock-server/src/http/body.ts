import type { IncomingMessage, ServerResponse } from "node:http";

/** The request's text; `null` when it has more bytes than `longest`. @throws {Error} when the client breaks off. */
export async function readBody(request: IncomingMessage, longest: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    // Read to its end, or the answer would meet a closed connection; kept is only what is allowed.
    if (length <= longest) pieces.push(piece);
  }
  return length > longest ? null : Buffer.concat(pieces).toString("utf8");
}

export function answer(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
