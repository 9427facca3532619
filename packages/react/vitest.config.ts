import { defineConfig } from "vitest/config";
import { aliasReact18 } from "./test/react-18.js";

const test = {
  include: ["src/**/*.test.{ts,tsx}"],
  environment: "happy-dom",
  setupFiles: ["test/as-in-chromium.ts"],
} as const;

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      { test: { ...test, name: "react 19" } },
      { test: { ...test, name: "react 18" }, resolve: { alias: aliasReact18() } },
    ],
  },
});
