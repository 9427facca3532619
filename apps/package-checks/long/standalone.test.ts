// A page without a bundler, as core's README has it: one file, from a static server or a CDN, also under a strict policy.
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BrowserSession,
  installScriptedMicrophone,
  launchChromium,
  speak,
  synthesizeSpeech,
} from "@layercode/browser-testing";
import type { LayercodeClient, Recording } from "@layercode/core";
import { createMockServer, type MockServer } from "@layercode/mock-server";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { publicPackages } from "../src/packages.js";

const welcome = "Hello from the mock agent.";
const core = publicPackages().find(({ name }) => name === "@layercode/core")?.folder ?? "";

/** How a page gets at the client, by the README. */
const ways = {
  "an ES module": `<script type="module" src="./page.js"></script>`,
  "a script": `<script src="./standalone.global.js"></script><script src="./page.js"></script>`,
};
const talk = `
  const client = new LayercodeClient({
    agentId: "ag-123456",
    authorizeSessionEndpoint: "/api/authorize",
    url: "/v1/agents/web/websocket",
    onError: (error) => console.error(error.message),
  });
  globalThis.client = client;
  document.querySelector("button").onclick = () => client.connect();
  client.subscribe(() => {
    document.querySelector("p").textContent = client.getSnapshot().messages.map(({ text }) => text).join(" | ");
  });`;
const scripts = {
  "an ES module": `import { LayercodeClient } from "./standalone.js";${talk}`,
  "a script": `const { LayercodeClient } = Layercode;${talk}`,
};
/** Nothing but files of this origin: no blob, no inline script. */
const strict = "default-src 'none'; script-src 'self'; connect-src 'self' ws:; img-src data:";

/** What the page has while it talks. */
interface Talking {
  client: LayercodeClient;
  recording: Recording;
}

let browser: BrowserSession;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A static page, and the mock server that serves it. */
async function serve(way: keyof typeof ways, policy: string): Promise<MockServer> {
  const folder = await mkdtemp(join(tmpdir(), "layercode-standalone-"));
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="icon" href="data:,">
     <button>Talk</button><p></p>${ways[way]}`,
  );
  await writeFile(join(folder, "page.js"), scripts[way]);
  for (const file of ["standalone.js", "standalone.global.js", "vad-model.js"]) {
    await copyFile(join(core, "dist", file), join(folder, file));
  }
  const server = await createMockServer({
    staticDirectory: folder,
    agents: {
      "ag-123456": {
        scenario: { start: (turn) => turn.say(welcome), userSpoke: (turn) => turn.say("I heard you.") },
      },
    },
  });
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  return server;
}

const policies = { "without a policy": "script-src 'self' blob: data:", "under a strict policy": strict };
const table = Object.keys(ways).flatMap((way) => Object.keys(policies).map((policy) => [way, policy] as const));
test.each(table)("%s talks, hears speech by the model and records, %s", async (way, policy) => {
  const server = await serve(way as keyof typeof ways, policies[policy as keyof typeof policies]);
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await installScriptedMicrophone(page);
  await page.goto(server.url);
  await page.getByRole("button").click();
  await page.getByText(welcome).waitFor();
  const session = await server.waitForSession();
  await session.waitFor("trigger.response.audio.replay_finished");
  await page.evaluate(async () => {
    const of = globalThis as unknown as Talking;
    of.recording = await of.client.startRecording();
  });
  await speak(page, await synthesizeSpeech("How is the weather?"));
  await page.getByText("I heard you.").waitFor();
  await session.expect("vad_events", { event: "vad_end" });
  expect(JSON.stringify(session.received.messages)).not.toContain("vad_model_failed");
  // A second of two channels at 24 kHz at least.
  const size = () => (globalThis as unknown as Talking).recording.stop().then((file) => (file as Blob).size);
  expect(await page.evaluate(size)).toBeGreaterThan(96_000);
  expect(problems).toEqual([]);
  await page.close();
});
