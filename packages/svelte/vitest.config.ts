import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const plugins = [svelte()];

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      {
        plugins,
        // Svelte's half for browsers; without it, its half for servers.
        resolve: { conditions: ["browser"] },
        test: {
          name: "browser",
          environment: "happy-dom",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.server.test.ts"],
        },
      },
      { plugins, test: { name: "server", environment: "node", include: ["src/**/*.server.test.ts"] } },
    ],
  },
});
