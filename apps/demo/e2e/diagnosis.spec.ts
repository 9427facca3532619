// diagnose() in six pages, of which five lack something: what it prints stands in core's README.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ChromiumOptions,
  expectNothingLeft,
  installResourceCensus,
  launchChromium,
  readCensus,
  silence,
  writeMicrophoneFile,
} from "@layercode/browser-testing";
import type { DiagnoseOptions, Diagnosis, LayercodeClient, LayercodeClientOptions } from "@layercode/core";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";
import { createMockServer, type MockServer } from "@layercode/mock-server";
import { expect, type Page, test } from "@playwright/test";
import { bundleClient } from "./bundled-client.js";

/** What the script in the page leaves for the tests. */
interface Scene {
  LayercodeClient: new (options: LayercodeClientOptions) => LayercodeClient;
  formatDiagnosis(diagnosis: Diagnosis): string;
  client: LayercodeClient;
}

/** A page: where it lacks something, and what its diagnosis says of that. */
interface DiagnosedPage {
  browser: ChromiumOptions;
  /** Default: this machine, which counts as secure. */
  host?: string;
  path?: string;
  /** Whether no server listens where the endpoint is said to be. */
  isDown?: boolean;
  /** The checks that are not `ok`. */
  expected: Record<string, "warning" | "error">;
}

const device = { microphone: "device" } as const;
const pages: Record<string, DiagnosedPage> = {
  "A good page": { browser: device, expected: {} },
  "The microphone is denied": {
    browser: { microphone: "denied" },
    expected: { permission: "error", microphone: "error" },
  },
  "A page that is not secure": {
    browser: { ...device, args: ["--host-resolver-rules=MAP insecure.test 127.0.0.1"] },
    host: "insecure.test",
    expected: {
      "secure-context": "error",
      permission: "error",
      devices: "error",
      microphone: "error",
      worklet: "error",
      detector: "warning",
    },
  },
  "The endpoint is down": {
    browser: device,
    isDown: true,
    expected: { endpoint: "error" },
  },
  "A strict Content-Security-Policy": {
    browser: device,
    path: "/strict",
    expected: { worklet: "error", detector: "warning", socket: "error" },
  },
  "A microphone that is silent": {
    browser: { microphone: { wav: await writeMicrophoneFile(silence(1, 44_100)) } },
    expected: { microphone: "error" },
  },
};

/** A page that is diagnosed without anybody's doing. */
const untouched = `<script type="module">
  import "/client.js";
  const options = { agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize", url: "/ws" };
  console.info(JSON.stringify(await new LayercodeClient(options).diagnose()));
</script>`;

let layercode: MockServer;
let site: Server;

test.beforeAll(async () => {
  const scripts = await bundleClient("formatDiagnosis", "LayercodeClient");
  layercode = await createMockServer({ voice: "tone" });
  const authorize = toNodeHandler(
    createAuthorizeHandler({ apiKey: layercode.apiKey, agentId: "ag-1", apiUrl: layercode.apiUrl }),
  );
  site = createServer((request, response) => {
    const { url = "" } = request;
    if (url === "/api/authorize") return authorize(request, response);
    const script = scripts.get(url);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    if (url === "/strict")
      response.setHeader("content-security-policy", "default-src 'none'; script-src 'self'; connect-src 'self'");
    if (url === "/recommended")
      response.setHeader(
        "content-security-policy",
        `default-src 'none'; script-src 'self' blob:; connect-src 'self' ${new URL(layercode.wsUrl).origin}`,
      );
    if (url === "/untouched") return response.end(untouched);
    response.end(script ?? '<button>Talk</button><script type="module" src="/client.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
});

test.afterAll(async () => {
  await layercode?.close();
  site?.closeAllConnections();
  site?.close();
});

for (const [name, page] of Object.entries(pages))
  test(`diagnose(): ${name}`, async () => {
    const session = await launchChromium(page.browser);
    try {
      const tab = await session.newPage();
      await installResourceCensus(tab);
      await open(tab, page);
      const before = await readCensus(tab);
      const opened = layercode.sessions.length;
      const { report, text } = await diagnose(tab);
      process.stdout.write(`\n${name}\n${text}\n`);
      const others = report.checks.filter(({ status }) => status !== "ok").map((check) => [check.name, check.status]);
      expect(Object.fromEntries(others)).toEqual(page.expected);
      expect(report.checks.length).toBe(9);
      expect(withoutFigures(text)).toBe(withoutFigures(inReadme(name)));
      // It has asked for no session.
      expect(layercode.sessions.length).toBe(opened);
      expectNothingLeft(await readCensus(tab), before);
    } finally {
      await session.close();
    }
  });

test("diagnose() that opens a session ends it; in mid-call it opens nothing", async () => {
  const session = await launchChromium(device);
  try {
    const tab = await session.newPage();
    await installResourceCensus(tab);
    await open(tab, { browser: device, expected: {} });
    const before = await readCensus(tab);
    const opened = layercode.sessions.length;
    expect((await diagnose(tab, { openSession: true })).report.status).toBe("ok");
    expectNothingLeft(await readCensus(tab), before);
    const tried = () => layercode.sessions[opened];
    await expect.poll(() => tried()?.closed).toBe(true);
    expect(tried()?.received.messages).toEqual([]);

    await tab.evaluate(() => (globalThis as unknown as Scene).client.connect());
    const connected = await readCensus(tab);
    const { report } = await diagnose(tab, { openSession: true });
    expect(report.checks.map(({ status }) => status)).toEqual(Array(9).fill("ok"));
    // What else the session itself begins meanwhile is no matter of this.
    const { tracks, sockets, contexts } = await readCensus(tab);
    expect({ tracks, sockets, contexts }).toEqual({
      tracks: connected.tracks,
      sockets: connected.sockets,
      contexts: connected.contexts,
    });
    expect(layercode.sessions.length).toBe(opened + 2);
    expect(connected.tracks.length).toBe(1);
  } finally {
    await session.close();
  }
});

test("diagnose() under the Content-Security-Policy that the README asks for sees nothing amiss", async () => {
  const session = await launchChromium(device);
  try {
    const tab = await session.newPage();
    await open(tab, { browser: device, path: "/recommended", expected: {} });
    // The policy lets nobody ask by http: why the socket was refused.
    const { report } = await diagnose(tab);
    expect(report.checks.filter(({ status }) => status !== "ok")).toMatchObject([
      { name: "socket", status: "warning", remedy: expect.stringContaining("openSession: true") },
    ]);
    expect((await diagnose(tab, { openSession: true })).report.status).toBe("ok");
  } finally {
    await session.close();
  }
});

test("diagnose() in a page that nobody has touched says that the sound waits for a click", async () => {
  const session = await launchChromium(device);
  try {
    const tab = await session.newPage();
    // Whatever a test evaluates in a page counts as a user's gesture: so the page does it all by itself.
    const said = tab.waitForEvent("console", (message) => message.type() === "info");
    await tab.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/untouched`);
    const { checks } = JSON.parse((await said).text()) as Diagnosis;
    expect(checks.filter(({ status }) => status !== "ok")).toMatchObject([
      { name: "microphone", status: "warning", remedy: expect.stringContaining("click") },
      { name: "autoplay", status: "warning", remedy: expect.stringContaining("resumeAudio") },
    ]);
  } finally {
    await session.close();
  }
});

/** Makes a client there, and clicks: so sound may start. */
async function open(tab: Page, { host = "127.0.0.1", path = "/", isDown }: DiagnosedPage): Promise<void> {
  await tab.goto(`http://${host}:${(site.address() as AddressInfo).port}${path}`);
  await tab.waitForFunction("globalThis.LayercodeClient !== undefined");
  await tab.getByRole("button").click();
  const all: LayercodeClientOptions = {
    agentId: "ag-1",
    authorizeSessionEndpoint: isDown ? `${await originOfNobody()}/api/authorize` : "/api/authorize",
    url: layercode.wsUrl,
    vad: "silero",
  };
  await tab.evaluate((all) => {
    const scene = globalThis as unknown as Scene;
    scene.client = new scene.LayercodeClient(all);
  }, all);
}

/** An origin of this machine where nobody listens any more. */
async function originOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function diagnose(tab: Page, options: DiagnoseOptions = {}): Promise<{ report: Diagnosis; text: string }> {
  return await tab.evaluate(async (options) => {
    const { client, formatDiagnosis } = globalThis as unknown as Scene;
    const report = await client.diagnose(options);
    return { report, text: formatDiagnosis(report) };
  }, options);
}

const readme = readFileSync(new URL("../../../packages/core/README.md", import.meta.url), "utf8");

/** The report that stands there below these words. */
function inReadme(name: string): string {
  const [, report = ""] = readme.split(`\n**${name}**\n\n\`\`\`\n`);
  return report.split("\n```")[0] ?? "";
}

/** Ports, and how loud the fake device is, are others each time. */
function withoutFigures(text: string): string {
  return text.replace(/\d+/g, "0");
}
