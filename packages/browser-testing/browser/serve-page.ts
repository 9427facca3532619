import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

export interface PageServerOptions {
  headers?: Record<string, string>;
  /** What the page consists of. Default: nothing. */
  body?: string;
  /** What `/tap.js` is. */
  script?: string;
}

/**
 * Serves a page on a free port of the loopback interface. `/hang` is never answered; a WebSocket at `/echo` sends back
 * what it gets, one anywhere else is never answered either.
 */
export async function servePage(options: PageServerOptions = {}) {
  const server = createServer((request, response) => {
    if (request.url === "/hang") return;
    const isScript = request.url === "/tap.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html", ...options.headers });
    if (isScript) response.end(options.script);
    else response.end(`<!doctype html><title>Empty</title>${options.body ?? ""}`);
  });
  const echo = new WebSocketServer({ noServer: true });
  echo.on("connection", (socket) => socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })));
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    if (request.url === "/echo") echo.handleUpgrade(request, socket, head, (client) => echo.emit("connection", client));
    else socket.resume().on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      // Firefox lets one go only with its page.
      for (const socket of upgraded) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
