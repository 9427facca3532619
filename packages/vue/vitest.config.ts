import { defineConfig } from "vitest/config";

const test = { environment: "happy-dom", include: ["src/**/*.test.ts"] } as const;

// By itself with both; package.json has the older one in `npm run test:all` only.
export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: `.reports/${process.env.REPORT ?? "unit"}.json` }]],
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
