import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Serves an empty page on a free port of the loopback interface; `/hang` is never answered, `/tap.js` is `script`. */
export async function servePage(options: { headers?: Record<string, string>; script?: string } = {}) {
  const server = createServer((request, response) => {
    if (request.url === "/hang") return;
    const isScript = request.url === "/tap.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html", ...options.headers });
    if (isScript) response.end(options.script);
    else response.end("<!doctype html><title>Empty</title>");
  });
  // A WebSocket that asks here is never answered either.
  server.on("upgrade", (_, socket) => socket.resume().on("end", () => socket.end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
