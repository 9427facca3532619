// The recipes for a page, on one page, under the policy of the recipe.
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type BrowserSession,
  installScriptedMicrophone,
  launchChromium,
  speak,
  synthesizeSpeech,
} from "@layercode/browser-testing";
import { createMockServer, type MockServer, type Scenario } from "@layercode/mock-server";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { captionStyle } from "../src/captions.js";
import { securityHeaders } from "../src/content-security-policy.js";
import { holdStyle } from "../src/push-to-talk-on-a-phone.js";
import { levelStyle } from "../src/style-the-visualizer.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

let folder: string;
let mock: MockServer;
let app: Server;
let url: string;
let browser: BrowserSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "layercode-recipes-"));
  await build({
    entryPoints: [here("page.ts")],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  await copyFile(here("page.html"), join(folder, "index.html"));
  for (const file of ["worklet.js", "detector.js", "recording.js"])
    await copyFile(here(`../node_modules/@layercode/audio/dist/${file}`), join(folder, file));
  await writeFile(join(folder, "style.css"), captionStyle + levelStyle + holdStyle);
  const scenario: Scenario = {
    start: (turn) => turn.say("Hello from the mock agent."),
    userSpoke: (turn) => turn.say("You spoke for a while."),
  };
  mock = await createMockServer({ staticDirectory: folder, scenario });
  app = await behindPolicy(mock);
  url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  app?.closeAllConnections();
  app?.close();
  await mock?.close();
  await rm(folder, { recursive: true });
});

/** A page whose console must stay empty. */
async function open(path: string) {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await installScriptedMicrophone(page);
  await page.goto(`${url}${path}`);
  return { page, problems };
}

test("start, captions, levels, microphones and a recording work under the strict policy, and go with their undo", async () => {
  const { page, problems } = await open("/");
  const start = page.locator("#start");
  const canvas = page.locator("canvas");
  const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  const empty = await picture();
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void dialog.accept();
  });
  await page.locator("#record").click();
  await page.locator("#record", { hasText: "Stop recording" }).waitFor();
  await start.click();
  await page.locator("#start", { hasText: "End" }).waitFor();

  await page.locator("#captions [data-spoken]", { hasText: /\w/ }).waitFor();
  await expect.poll(picture, { timeout: 10_000 }).not.toBe(empty);
  expect(await canvas.evaluate((element) => element.clientHeight)).toBe(48);
  expect(await page.locator("#hold").isHidden()).toBe(true);

  const session = await mock.waitForSession();
  await session.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 30_000 });
  const ringMoved = page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>("#ring")?.style.getPropertyValue("--level")) > 0.01,
  );
  await speak(page, await synthesizeSpeech("How is the weather today?"));
  await ringMoved;
  await page.locator("#captions").getByText("You spoke for").first().waitFor();

  const select = page.locator("select");
  expect(await select.locator("option").first().textContent()).toBe("System default");
  await start.click();
  await page.locator("#start", { hasText: "Talk" }).waitFor();
  const downloading = page.waitForEvent("download");
  await page.locator("#recording").click();
  const file = await readFile(await (await downloading).path());
  // Stereo at 16 kHz: it has been going on for more than a second.
  expect([file.toString("latin1", 0, 4), file.readUInt16LE(22), file.length > 64_000]).toEqual(["RIFF", 2, true]);
  expect(asked).toEqual([expect.stringContaining("Record this conversation?")]);
  await page.evaluate(() => dispatchEvent(new Event("undo-all")));
  expect(await page.locator("#captions").textContent()).toBe("");
  expect(problems).toEqual([]);
  expect(await page.getByRole("alert").textContent()).toBe("");
  await page.close();
});

test("a held button talks, and its letting go is answered", async () => {
  const { page, problems } = await open("/?agent=ag-push-to-talk");
  await page.locator("#start").click();
  const hold = page.locator("#hold");
  await page.locator("#hold:enabled", { hasText: "Hold to talk" }).waitFor();
  expect(await hold.evaluate((button) => getComputedStyle(button).touchAction)).toBe("none");
  await hold.hover();
  await page.mouse.down();
  await page.locator("#hold", { hasText: "Listening" }).waitFor();
  await speak(page, await synthesizeSpeech("How is the weather today?"));
  await page.mouse.up();
  await page.locator("#hold:enabled", { hasText: "Hold to talk" }).waitFor();
  await page.locator("#captions").getByText("You spoke for").first().waitFor();
  expect(problems).toEqual([]);
  await page.close();
});

/** The mock server behind a proxy that adds the headers of the recipe: a page's own server would. */
async function behindPolicy(server: MockServer): Promise<Server> {
  const headers = (own: Server) => securityHeaders([`ws://127.0.0.1:${(own.address() as AddressInfo).port}`]);
  const target = (from: IncomingMessage) => ({
    port: server.port,
    path: from.url,
    method: from.method,
    headers: from.headers,
  });
  const proxy = createServer((from, to) => {
    const asked = request(target(from), (answer) => {
      to.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...headers(proxy) });
      answer.pipe(to);
    });
    from.pipe(asked);
  });
  proxy.on("upgrade", (from, socket) => {
    const lines = Object.entries(from.headers).map(([name, value]) => `${name}: ${value}`);
    const upstream = connect(server.port, "127.0.0.1", () => {
      upstream.write(`GET ${from.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  return new Promise((resolve) => proxy.listen(0, "127.0.0.1", () => resolve(proxy)));
}
