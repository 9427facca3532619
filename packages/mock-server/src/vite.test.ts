import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, createServer, type InlineConfig, type Plugin, preview, type ViteDevServer } from "vite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { layercodeMock } from "./vite.js";

// A type test: Vite takes it for a plugin.
layercodeMock satisfies () => Plugin;

/** What Vite is given: a page in an empty folder, and a logger that keeps its lines. */
async function configOf(plugin: Plugin, proxy: Record<string, string> = {}) {
  // The plugin keeps out of Vitest.
  vi.stubEnv("VITEST", "");
  const root = await mkdtemp(join(tmpdir(), "layercode-vite-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  });
  const built = join(root, "dist");
  await mkdir(built);
  for (const folder of [root, built]) await writeFile(join(folder, "index.html"), "<p>A page</p>");
  const lines: string[] = [];
  const logger = createLogger("info", { allowClearScreen: false });
  logger.info = (line) => void lines.push(line);
  const config = {
    root,
    configFile: false,
    customLogger: logger,
    plugins: [plugin],
    server: { port: 0, host: "127.0.0.1", proxy },
    preview: { port: 0, host: "127.0.0.1" },
    build: { outDir: built },
    // There is nothing to find, and a server that closes at once would still be looking.
    optimizeDeps: { noDiscovery: true },
  } satisfies InlineConfig;
  return { config, lines };
}

/** Asks for a session and opens it on the page's own origin. Resolves with the first message, and the mock's own URL. */
async function firstMessage(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/api/authorize`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: '{"agent_id":"ag-1"}',
  });
  const { client_session_key: key } = (await answer.json()) as { client_session_key: string };
  const url = `${origin.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${key}`;
  const socket = new WebSocket(url, { origin });
  socket.on("open", () => socket.send('{"type":"client.ready"}'));
  const message = await new Promise<string>((resolve, reject) => {
    socket.once("message", (data) => resolve(String(data)));
    socket.once("error", reject);
  });
  socket.close();
  return message;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const mockOf = (lines: string[]) => /Layercode mock: .*\((http.*)\)/.exec(lines.join("\n"))?.[1] ?? "";

test("the dev server has an agent on its own origin, says where in one line, and takes it along when it closes", async () => {
  const { config, lines } = await configOf(layercodeMock({ voice: "tone" }));
  const server = await createServer(config);
  await server.listen();
  server.printUrls();
  expect(await firstMessage(server.resolvedUrls!.local[0]!.replace(/\/$/, ""))).toContain('"turn.start"');
  const url = mockOf(lines);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  await server.close();
  await expect(fetch(url)).rejects.toThrow();
});

test("so has a preview", async () => {
  const { config, lines } = await configOf(layercodeMock({ voice: "tone" }));
  const server = await preview(config);
  server.printUrls();
  expect(await firstMessage(server.resolvedUrls!.local[0]!.replace(/\/$/, ""))).toContain('"turn.start"');
  const url = mockOf(lines);
  await server.close();
  await expect
    .poll(() =>
      fetch(url).then(
        () => "answers",
        () => "is gone",
      ),
    )
    .toBe("is gone");
});

/** Where the server sends who asks for a session. */
const targetOf = (server: ViteDevServer) =>
  (server.config.server.proxy!["/api/authorize"] as { target: string }).target;
const originOf = (server: ViteDevServer) => server.resolvedUrls!.local[0]!.replace(/\/$/, "");

describe("a dev server that restarts", () => {
  test("keeps its agent, and takes it along when it closes", async () => {
    const { config } = await configOf(layercodeMock({ voice: "tone" }));
    const server = await createServer(config);
    await server.listen();
    const before = targetOf(server);
    await server.restart();
    const after = targetOf(server);
    expect(await firstMessage(originOf(server))).toContain('"turn.start"');
    await server.close();
    for (const url of [before, after]) await expect(fetch(url)).rejects.toThrow();
  });

  // Vite reads its configuration anew, and makes the next server before it closes the last.
  test("has its mock on the same port again, where the configuration names one", async () => {
    const port = await freePort();
    const servers = [];
    for (const voice of ["tone", "auto"] as const) {
      const server = await createServer((await configOf(layercodeMock({ voice, port }))).config);
      await server.listen();
      expect(targetOf(server)).toBe(`http://127.0.0.1:${port}`);
      servers.push(server);
    }
    const [last, next] = servers as [ViteDevServer, ViteDevServer];
    await last.close();
    expect(await firstMessage(originOf(next))).toContain('"turn.start"');
    await next.close();
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });
});

test("one plugin serves the two servers that Nuxt makes with it, until the last of them closes", async () => {
  const { config } = await configOf(layercodeMock({ voice: "tone" }));
  const [one, other] = [await createServer(config), await createServer(config)];
  const targets = [one, other].map(targetOf);
  await one.listen();
  await other.close();
  expect(await firstMessage(originOf(one))).toContain('"turn.start"');
  await one.close();
  for (const url of targets) await expect(fetch(url)).rejects.toThrow();
});

test("a proxy of the app's own stays", async () => {
  const { config } = await configOf(layercodeMock({ voice: "tone" }), { "/api": "http://127.0.0.1:9" });
  const server = await createServer(config);
  expect(Object.keys(server.config.server.proxy ?? {})).toEqual(["/api", "/v1/agents/web/websocket"]);
  await server.close();
});

test("an option that cannot be right stops Vite with its text", async () => {
  const { config } = await configOf(layercodeMock({ port: -1 }));
  await expect(createServer(config)).rejects.toThrow(/port/);
});

test("keeps out of builds and of Vitest", () => {
  const { apply } = layercodeMock();
  expect(apply({}, { command: "serve" })).toBe(false);
  vi.stubEnv("VITEST", "");
  expect(apply({}, { command: "serve" })).toBe(true);
  expect(apply({}, { command: "build" })).toBe(false);
  vi.unstubAllEnvs();
});
