import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { outputTapWorklet } from "@layercode/browser-testing";

export interface PageServer {
  url: string;
  close(): Promise<void>;
}

const page = `<!doctype html><title>audio</title><script type="module" src="/page.js"></script>`;
const pageScript = `import * as audio from "/dist/index.js"; globalThis.audio = audio; globalThis.loaded?.();`;

/** Serves an empty page that has `@layercode/audio` as `audio`, under a Content-Security-Policy if one is given. */
export async function servePage(policy?: string): Promise<PageServer> {
  const files: Record<string, () => Promise<string> | string> = {
    "/page.js": () => pageScript,
    "/tap.js": () => outputTapWorklet,
    "/dist/index.js": () => readFile(new URL("../dist/index.js", import.meta.url), "utf8"),
    "/dist/worklet.js": () => readFile(new URL("../dist/worklet.js", import.meta.url), "utf8"),
  };
  const server = createServer(async (request, response) => {
    const file = files[request.url ?? ""];
    response.setHeader("content-type", file ? "text/javascript" : "text/html");
    if (policy !== undefined) response.setHeader("content-security-policy", policy);
    response.end(file ? await file() : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
