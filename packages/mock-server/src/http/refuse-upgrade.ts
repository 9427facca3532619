import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";

/** A handshake that came in. */
interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Answers a handshake with an HTTP error. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? "Refused";
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Refuses a key: up to 599 `code` is the HTTP status of the handshake, else the code that closes the accepted socket. */
export function refuseKey(sockets: WebSocketServer, { request, socket, head }: Upgrade, code: number): void {
  if (code <= 599) return refuseUpgrade(socket, code);
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    // A client that breaks the protocol before it reads the close frame must not end this process.
    webSocket.on("error", () => {});
    webSocket.close(code, "The session key is not valid.");
  });
}
