import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { aliasReact18 } from "./test/react-18.js";

// What the files in test/ import by Layercode's own name is that package to the compiler, and ours when they run.
const ours = [{ find: "@layercode/react-sdk", replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) }];

const test = {
  include: ["src/**/*.test.{ts,tsx}"],
  environment: "happy-dom",
  setupFiles: ["test/as-in-chromium.ts"],
} as const;

// By itself with both; package.json has the older one in `npm run test:all` only.
export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: `.reports/${process.env.REPORT ?? "unit"}.json` }]],
    projects: [
      { test: { ...test, name: "react 19" }, resolve: { alias: ours } },
      { test: { ...test, name: "react 18" }, resolve: { alias: [...ours, ...aliasReact18()] } },
    ],
  },
});
