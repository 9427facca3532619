import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/** A server that stands before the page's own. */
export interface ScriptInjector {
  /** The address to open instead of `url`: what is there, with the scripts before its own. */
  through(url: string): string;
  /** Another script, from the next navigation on. */
  add(script: string): void;
  close(): Promise<void>;
}

const scriptPath = "/__init_scripts.js";

/**
 * WebDriver cannot run a script before those of the page: here the page comes with one more `<script src>`, from its
 * own origin, so that `script-src 'self'` allows it. WebSockets and all other requests pass unchanged.
 */
export async function createScriptInjector(): Promise<ScriptInjector> {
  const scripts: string[] = [];
  let target = new URL("http://localhost");

  const server = createServer((incoming, response) => {
    if (incoming.url === scriptPath) {
      response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" });
      response.end(scripts.join(";\n"));
    } else {
      pass(incoming, response);
    }
  });

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = incoming;
    // The injector changes the HTML: ask the page's server for it uncompressed, and never for a "304 Not Modified".
    const { "accept-encoding": _, "if-none-match": __, ...others } = headers;
    const outgoing = request(new URL(url ?? "/", target), { method, headers: { ...others, host: target.host } });
    outgoing.on("response", (answer) => {
      const isPage = answer.headers["content-type"]?.startsWith("text/html") ?? false;
      const { "content-length": length, ...answerHeaders } = answer.headers;
      const sameLength = isPage || length === undefined ? {} : { "content-length": length };
      response.writeHead(answer.statusCode ?? 502, { ...answerHeaders, ...sameLength });
      if (isPage) inject(answer, response).catch(() => response.destroy());
      else answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  async function inject(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = Buffer.concat(await answer.toArray()).toString();
    response.end(page.replace(/^\s*(<!doctype[^>]*>)?/i, (start) => `${start}<script src="${scriptPath}"></script>`));
  }

  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const through = connect(Number(target.port), target.hostname);
    const lines = incoming.rawHeaders.flatMap((name, index) =>
      index % 2 === 0
        ? [`${name}: ${name.toLowerCase() === "host" ? target.host : incoming.rawHeaders[index + 1]}`]
        : [],
    );
    through.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    through.write(head);
    through.pipe(socket).pipe(through);
    for (const [end, other] of [
      [socket, through],
      [through, socket],
    ] as const) {
      end.on("error", () => other.destroy());
      end.on("close", () => other.destroy());
    }
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    through(url) {
      const wanted = new URL(url);
      // A URL that the page reported after a navigation already points to the injector: leave it as it is.
      if (wanted.port !== String(port)) target = wanted;
      const { hostname, pathname, search, hash } = wanted;
      return `http://${hostname}:${port}${pathname}${search}${hash}`;
    },
    add: (script) => void scripts.push(script),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
