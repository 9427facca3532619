import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { writeReadmeTest } from "./test/readme-blocks.js";

writeReadmeTest("vitest", "readme.test.ts");

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
// Hundreds of real connections in one test, on a machine that may be busy; no test asserts a duration.
const testTimeout = 30_000;

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      {
        // What the README's test imports: this package, not built yet, and its app.
        resolve: {
          alias: { "@layercode/mock-server/testing": path("src/testing/index.ts"), "./shop.js": path("test/shop.ts") },
        },
        test: {
          name: "node",
          include: ["src/**/*.test.ts", ".reports/readme/*.test.ts"],
          testTimeout,
          // A process and its modules for each file would take longer than most files.
          isolate: false,
        },
      },
      ...(["jsdom", "happy-dom"] as const).map((environment) => ({
        test: { name: environment, environment, include: ["test/page-environments.test.ts"], testTimeout },
      })),
    ],
  },
});
