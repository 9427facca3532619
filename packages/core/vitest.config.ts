import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Rooms whose tests leave nothing behind. The others' replace what a page has once: its devices, its controls, its DOM. */
const ofFunctions = "src/{authorization,machine,protocol,transport}/**/*.test.ts";

const test = {
  // Properties over thousands of cases take seconds on a machine that does other work, too: only a hang is an error.
  testTimeout: 60_000,
  setupFiles: ["vitest.setup.ts"],
};

export default defineConfig({
  // What test/real-uses.ts imports is Layercode's own client to the compiler, and ours when it runs.
  resolve: { alias: { "@layercode/js-sdk": fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: {
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      {
        extends: true,
        test: {
          ...test,
          name: "functions",
          include: [ofFunctions],
          // Thousands of rounds: in test:all.
          exclude: ["src/machine/growth.test.ts"],
          // A process and its modules for each file would take longer than most files.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { ...test, name: "pages", include: ["src/**/*.test.ts", "test/**/*.test.ts"], exclude: [ofFunctions] },
      },
    ],
  },
});
