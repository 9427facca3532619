import { defineConfig } from "@playwright/test";
import type { Options } from "./e2e/fixtures.js";
import { pages } from "./e2e/pages.js";

/** `pnpm screenshots`: pictures of all pages, for people to look at, in `.screenshots/`. */
export default defineConfig<Options>({
  testDir: "e2e/screenshots",
  testMatch: "*.shots.ts",
  workers: 1,
  reporter: "line",
  projects: pages.map(({ name, path }) => ({ name, use: { path } })),
});
