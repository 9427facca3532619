import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, createServer, type InlineConfig, type Plugin, preview } from "vite";
import { expect, onTestFinished, test, vi } from "vitest";
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
