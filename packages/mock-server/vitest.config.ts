import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { writeReadmeTest } from "./test/readme-blocks.js";

writeReadmeTest("vitest", "readme.test.ts");

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // What the README's test imports: this package, not built yet, and its app.
  resolve: {
    alias: { "@layercode/mock-server/testing": path("src/testing/index.ts"), "./shop.js": path("test/shop.ts") },
  },
  test: {
    include: ["src/**/*.test.ts", ".reports/readme/*.test.ts"],
    // Hundreds of real connections in one test, on a machine that may be busy; no test asserts a duration.
    testTimeout: 30_000,
    // A process and its modules for each file would take longer than most files.
    isolate: false,
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
  },
});
