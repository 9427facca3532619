import { test as base } from "@playwright/test";
import { type EngineFixtures, type EngineWorkerFixtures, engineFixtures } from "../dist/index.js";

export const test = base.extend<EngineFixtures, EngineWorkerFixtures>(engineFixtures);
export { expect } from "@playwright/test";
