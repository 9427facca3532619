import { defineConfig } from "vitest/config";

const test = { environment: "happy-dom", include: ["src/**/*.test.ts"] } as const;

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: ".reports/unit.json" }]],
    projects: [
      { test: { ...test, name: "vue 3.5" } },
      // The oldest that the package promises to work with. Its server renderer would find the newest beside it.
      {
        test: { ...test, name: "vue 3.4", exclude: ["src/server-rendering.test.ts"] },
        resolve: { alias: { vue: "vue-3.4" } },
      },
    ],
  },
});
