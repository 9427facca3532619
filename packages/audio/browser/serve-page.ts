import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { outputTapWorklet } from "@layercode/browser-testing";

export interface PageServer {
  url: string;
  close(): Promise<void>;
}

const page = `<!doctype html><title>audio</title><script type="module" src="/page.js"></script>`;
const pageScript = `import * as audio from "/dist/index.js"; globalThis.audio = audio; globalThis.loaded?.();`;

export interface PageOptions {
  /** A Content-Security-Policy. */
  policy?: string;
  /** Whether the page is cross-origin isolated. Default false. */
  isolated?: boolean;
  /** More files, by their path: pages and scripts of a test's own. */
  files?: Record<string, string>;
}

const dist = new URL("../dist/", import.meta.url);

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves an empty page that has `@layercode/audio` as `audio`. */
export async function servePage({ policy, isolated, files: more = {} }: PageOptions = {}): Promise<PageServer> {
  const files: Record<string, () => Promise<string> | string> = {
    ...Object.fromEntries(Object.entries(more).map(([path, text]) => [path, () => text])),
    "/page.js": () => pageScript,
    "/tap.js": () => outputTapWorklet,
    ...Object.fromEntries(
      (await readdir(dist)).map((name) => [`/dist/${name}`, () => readFile(new URL(name, dist), "utf8")]),
    ),
  };
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const file = files[path];
    response.setHeader("content-type", path.endsWith(".js") && file ? "text/javascript" : "text/html");
    // A sandboxed frame has no origin, so it loads every module from another one.
    response.setHeader("access-control-allow-origin", "*");
    if (isolated) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
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
