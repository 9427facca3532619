// A page with a strict Content-Security-Policy: what README and errors say to host and to allow is enough.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { installScriptedMicrophone, launchChromium, speak } from "@layercode/browser-testing";
import type { LayercodeClient, LayercodeClientOptions } from "@layercode/core";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";
import { createMockServer, type MockServer, type MockSession } from "@layercode/mock-server";
import { expect, test } from "@playwright/test";
import { agents } from "./agents.js";
import { bundleClient } from "./bundled-client.js";
import { sentence } from "./sounds.js";
import { agentTurn, replayFinished } from "./wire.js";

/** What the script in the page leaves for the test. */
interface Scene {
  LayercodeClient: new (options: LayercodeClientOptions) => LayercodeClient;
  client: LayercodeClient;
  violations: string[];
}

const agentId = "ag-reserved";
const timeoutMs = 20_000;

let layercode: MockServer;
let site: Server;
let origin: string;
/** The paths that were asked for. */
const served: string[] = [];

test.beforeAll(async () => {
  const scripts = await bundleClient("LayercodeClient");
  for (const name of ["worklet", "detector"])
    scripts.set(
      `/${name}.js`,
      readFileSync(new URL(`../../../packages/audio/dist/${name}.js`, import.meta.url), "utf8"),
    );
  layercode = await createMockServer({ agents });
  const authorize = toNodeHandler(
    createAuthorizeHandler({ apiKey: layercode.apiKey, agentId, apiUrl: layercode.apiUrl }),
  );
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${new URL(layercode.wsUrl).origin}`;
  site = createServer((request, response) => {
    const { url = "" } = request;
    served.push(url);
    if (url === "/api/authorize") return authorize(request, response);
    const script = scripts.get(url);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.setHeader("content-security-policy", policy);
    response.end(script ?? '<script type="module" src="/client.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  await layercode?.close();
  site?.closeAllConnections();
  site?.close();
});

test("under script-src 'self' the page hears the user and the agent, by files of its own origin", async () => {
  const session = await launchChromium();
  try {
    const page = await session.newPage();
    await installScriptedMicrophone(page);
    await page.addInitScript(() => {
      const scene = globalThis as unknown as Scene;
      scene.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        scene.violations.push(`${violatedDirective} ${blockedURI}`),
      );
    });
    const model = page.waitForResponse(/vad-model/);
    await page.goto(origin);
    await page.waitForFunction("globalThis.LayercodeClient !== undefined");
    const talking = new Promise<MockSession>((resolve) => layercode.on("session", resolve));
    await page.evaluate(
      (options) => {
        const scene = globalThis as unknown as Scene;
        scene.client = new scene.LayercodeClient(options);
        return scene.client.connect();
      },
      {
        agentId,
        authorizeSessionEndpoint: "/api/authorize",
        url: layercode.wsUrl,
        workletUrl: "/worklet.js",
        vadWorkletUrl: "/detector.js",
      },
    );
    await (await model).finished();
    const talk = await talking;
    await speak(page, await sentence("Can you hear every word that I am saying now?"));
    await talk.waitFor((message) => message.type === "vad_events" && message.event === "vad_end", { timeoutMs });
    await replayFinished(talk, await agentTurn(talk));

    const events = talk.received.messages.flatMap(({ message }) =>
      message.type === "vad_events" ? message.event : [],
    );
    expect(events).toEqual(["vad_start", "vad_end"]);
    expect(served).toEqual(expect.arrayContaining(["/worklet.js", "/detector.js"]));
    expect(await page.evaluate(() => (globalThis as unknown as Scene).violations)).toEqual([]);
  } finally {
    await session.close();
  }
});
