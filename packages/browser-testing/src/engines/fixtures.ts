import { type BrowserPool, createBrowserPool, type EnginePageOptions, whyMissing } from "./browser-pool.js";
import type { EngineName, EnginePage } from "./engine.js";

export interface EngineFixtures {
  /** A page of the engine; it is closed after the test. Where the engine is missing the test is skipped; in CI it fails. */
  newPage(options?: EnginePageOptions): Promise<EnginePage>;
}

export interface EngineWorkerFixtures {
  /** Set by the project. Default `"chromium"`. */
  engine: EngineName;
  browsers: BrowserPool;
}

// The part of Playwright's types that is used here, written out: whoever imports this package without running
// Playwright tests needs no @playwright/test.
interface Test {
  skip(condition: boolean, why: string): void;
}

/** Fixtures for `test.extend` of Playwright: the same tests in every engine, in one browser as far as possible. */
export const engineFixtures = {
  engine: ["chromium" as EngineName, { option: true, scope: "worker" }] as [
    EngineName,
    { option: true; scope: "worker" },
  ],
  browsers: [
    async ({ engine }: { engine: EngineName }, use: (pool: BrowserPool) => Promise<void>) => {
      const pool = createBrowserPool(engine);
      await use(pool);
      await pool.close();
    },
    { scope: "worker" },
  ] as [
    (wanted: { engine: EngineName }, use: (pool: BrowserPool) => Promise<void>) => Promise<void>,
    { scope: "worker" },
  ],
  async newPage(
    { engine, browsers }: EngineWorkerFixtures,
    use: (newPage: EngineFixtures["newPage"]) => Promise<void>,
    test: Test,
  ): Promise<void> {
    const missing = whyMissing(engine);
    test.skip(missing !== null && !process.env.CI, missing ?? "");
    await use((options) => browsers.newPage(options));
    await browsers.closePages();
  },
};
