import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserSession, launchChromium } from "@layercode/browser-testing";
import type { LayercodeClient, LayercodeClientOptions } from "@layercode/core";
import { createAuthorizeHandler, toNodeHandler } from "@layercode/core/server";
import { createMockServer, type MockServer } from "@layercode/mock-server";
import { expect, type Frame, type Page, test } from "@playwright/test";
import { build } from "esbuild";

// The page stands on one origin and the authorize endpoint on another: what the browser makes of it, preflight included.

interface Outcome {
  status: string;
  error: { code: string; message: string; status?: number } | null;
}

let browser: BrowserSession;
let layercode: MockServer;
let script: string;
let pageServer: Server;
let endpointServer: Server;
/** What reached the endpoint on the other origin: method, and what of the headers matters. */
let arrived: { method: string; cookie: string; user: string }[];
let allowedOrigins: string[];

test.beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: 'import { LayercodeClient } from "@layercode/core"; globalThis.LayercodeClient = LayercodeClient;',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  script = bundle.outputFiles[0]?.text ?? "";
  browser = await launchChromium();
  layercode = await createMockServer({ voice: "tone" });
  const authorize = (origins: () => string[]): RequestListener =>
    toNodeHandler((request) =>
      createAuthorizeHandler({
        apiKey: layercode.apiKey,
        agentId: "ag-1",
        apiUrl: layercode.apiUrl,
        allowedOrigins: origins(),
      })(request),
    );
  const sameOrigin = authorize(() => []);
  const crossOrigin = authorize(() => allowedOrigins);
  pageServer = await serve((request, response) => {
    if (request.url === "/api/authorize") return sameOrigin(request, response);
    response.setHeader("content-type", request.url === "/client.js" ? "text/javascript" : "text/html");
    if (request.url === "/sandboxed") response.setHeader("content-security-policy", "sandbox allow-scripts");
    response.setHeader("access-control-allow-origin", "*");
    const page = '<script type="module" src="/client.js"></script>';
    response.end(
      request.url === "/client.js" ? script : request.url === "/srcdoc" ? `<iframe srcdoc='${page}'>` : page,
    );
  });
  endpointServer = await serve((request, response) => {
    const { cookie = "", "x-user": user = "" } = request.headers;
    arrived.push({ method: request.method ?? "", cookie, user: String(user) });
    return crossOrigin(request, response);
  });
});

test.afterAll(async () => {
  await browser?.close();
  await layercode?.close();
  for (const server of [pageServer, endpointServer]) {
    server?.closeAllConnections();
    server?.close();
  }
});

test.beforeEach(() => {
  arrived = [];
  allowedOrigins = [];
});

test("the page's own origin needs no permission", async () => {
  expect(await connect(await openPage(), { authorizeSessionEndpoint: "/api/authorize" })).toEqual({
    status: "connected",
    error: null,
  });
});

test("in an about:srcdoc frame a path is on the origin of the page around it", async () => {
  const page = await browser.newPage();
  await page.goto(`${originOf(pageServer)}/srcdoc`);
  const frame = page.frames().find((one) => one.url() === "about:srcdoc");
  if (!frame) throw new Error("The page has no frame.");
  await frame.waitForFunction("globalThis.LayercodeClient !== undefined");
  expect(await connect(frame, { authorizeSessionEndpoint: "/api/authorize" })).toEqual({
    status: "connected",
    error: null,
  });
  await page.context().close();
});

test("an allowed origin passes the preflight and connects", async () => {
  allowedOrigins = [originOf(pageServer)];
  expect(await connect(await openPage())).toEqual({ status: "connected", error: null });
  expect(arrived.map(({ method }) => method)).toEqual(["OPTIONS", "POST"]);
});

test("an allowed origin may bring its cookies", async () => {
  allowedOrigins = [originOf(pageServer)];
  const page = await openPage();
  await page.evaluate('document.cookie = "user=1"');
  expect(await connect(page, { credentials: "include" })).toEqual({ status: "connected", error: null });
  expect(arrived.at(-1)).toMatchObject({ method: "POST", cookie: "user=1" });
});

test("an allowed origin may add headers of its own", async () => {
  allowedOrigins = [originOf(pageServer)];
  const page = await openPage();
  expect(await connect(page, {}, { "x-user": "u-1" })).toEqual({ status: "connected", error: null });
  expect(arrived.at(-1)).toMatchObject({ method: "POST", user: "u-1" });
});

test("an allowed origin reads why it was refused", async () => {
  allowedOrigins = [originOf(pageServer)];
  expect(await connect(await openPage(), { agentId: "ag-2" })).toEqual({
    status: "error",
    error: { code: "authorization", message: expect.stringMatching('Agent "ag-2" may not be used'), status: 403 },
  });
});

for (const path of ["/", "/sandboxed"])
  test(`an origin that is not allowed is refused, and the page at ${path} says what to do`, async () => {
    allowedOrigins = ["https://elsewhere.example"];
    const outcome = await connect(await openPage(path));
    expect(outcome).toMatchObject({ status: "error", error: { code: "connection" } });
    expect(outcome.error?.message).toMatch(`${originOf(endpointServer)}/api/authorize could not be reached`);
    expect(outcome.error?.message).toMatch("allowedOrigins");
    expect(arrived.map(({ method }) => method)).toEqual(["OPTIONS"]);
  });

async function openPage(path = "/"): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(originOf(pageServer) + path);
  await page.waitForFunction("globalThis.LayercodeClient !== undefined");
  return page;
}

/** Connects from the page, without sound, and tells how it went. Disconnects and closes the page. */
async function connect(
  page: Page | Frame,
  options: Partial<LayercodeClientOptions> = {},
  headers?: Record<string, string>,
): Promise<Outcome> {
  const all = {
    agentId: "ag-1",
    authorizeSessionEndpoint: `${originOf(endpointServer)}/api/authorize`,
    url: layercode.wsUrl,
    audioInput: false,
    audioOutput: false,
    ...options,
  };
  const outcome = await page.evaluate(connectInPage, { options: all, headers });
  if ("context" in page) await page.context().close();
  return outcome;
}

// Runs in the page: everything it needs comes as its argument.
async function connectInPage(of: {
  options: LayercodeClientOptions;
  headers: Record<string, string> | undefined;
}): Promise<Outcome> {
  const { LayercodeClient: Client } = globalThis as unknown as {
    LayercodeClient: new (options: LayercodeClientOptions) => LayercodeClient;
  };
  const { headers } = of;
  const client = new Client({
    ...of.options,
    ...(headers && {
      authorizeSessionRequest: ({ url, body }) => fetch(url, { method: "POST", headers, body: JSON.stringify(body) }),
    }),
  });
  let error: Outcome["error"] = null;
  await client.connect().catch(({ code, message, status }) => {
    error = { code, message, ...(status !== undefined && { status }) };
  });
  const { status } = client;
  await client.disconnect();
  return { status, error };
}

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
