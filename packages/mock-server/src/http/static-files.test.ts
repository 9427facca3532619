import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../../test/client.js";
import type { MockServer } from "../index.js";

let parent: string;
let site: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "static-files-"));
  site = join(parent, "site");
  await mkdir(join(site, "assets"), { recursive: true });
  await mkdir(join(site, "vue"));
  await mkdir(join(parent, "site-secret"));
  await mkdir(join(site, ".git"));
  await writeFile(join(site, ".env"), "hidden words");
  await writeFile(join(site, ".git", "config"), "hidden words");
  await writeFile(join(site, "assets", ".npmrc"), "hidden words");
  await writeFile(join(site, "..hidden"), "hidden words");
  await symlink(join(site, ".env"), join(site, "innocent.txt"));
  await writeFile(join(site, "index.html"), "<title>demo</title>");
  await writeFile(join(site, "vue", "index.html"), "<title>vue</title>");
  await writeFile(join(site, "assets", "app.js"), "export {};");
  await writeFile(join(site, "assets", "a b.css"), "body{}");
  await writeFile(join(site, "assets", "model.bin"), "0");
  await writeFile(join(parent, "secret.txt"), "hidden words");
  await writeFile(join(parent, "site-secret", "secret.txt"), "hidden words");
  await symlink(join(parent, "secret.txt"), join(site, "link.txt"));
});

afterAll(() => rm(parent, { recursive: true, force: true }));

/** The path as it is written: fetch would resolve its dots. */
async function rawGet(server: MockServer, path: string): Promise<string> {
  const socket = connectTcp(server.port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const pieces: string[] = [];
  for await (const piece of socket.setEncoding("utf8")) pieces.push(piece);
  return pieces.join("");
}

test.each([
  ["/", "text/html; charset=utf-8", "<title>demo</title>"],
  ["/?agent=1", "text/html; charset=utf-8", "<title>demo</title>"],
  ["/vue/", "text/html; charset=utf-8", "<title>vue</title>"],
  ["/some/route", "text/html; charset=utf-8", "<title>demo</title>"],
  ["/assets/app.js", "text/javascript; charset=utf-8", "export {};"],
  ["/assets/a%20b.css", "text/css; charset=utf-8", "body{}"],
  ["/assets/model.bin", "application/octet-stream", "0"],
])("serves %s", async (path, type, body) => {
  const server = await startServer({ staticDirectory: site });
  const response = await fetch(server.url + path);
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([200, type, body]);
  const head = await fetch(server.url + path, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(body.length), ""]);
});

test.each([
  "/../secret.txt",
  "/assets/../../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/..%5csecret.txt",
  "/%2e%2e%2fsite-secret%2fsecret.txt",
  "/link.txt",
  "/.env",
  "/%2eenv",
  "/.git/config",
  "/.git",
  "/.git/",
  "/assets/.npmrc",
  "/assets/../.env",
  "/..hidden",
  "/.well-known/none",
  "/innocent.txt",
  "//etc/hosts.conf",
  "/%00",
  "/%zz",
  "/missing.js",
])("does not serve %s", async (path) => {
  const server = await startServer({ staticDirectory: site });
  const answer = await rawGet(server, path);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).not.toContain("hidden words");
});

test("without a directory there is /healthz and nothing else", async () => {
  const server = await startServer();
  expect((await fetch(server.url)).status).toBe(404);
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: "ok", sessions: 0, voice: "tone" });
  expect((await fetch(`${server.url}/v1/agents/web/websocket`)).status).toBe(426);
  expect((await fetch(`${server.url}/healthz`, { method: "DELETE" })).status).toBe(404);
});
