import { defineConfig } from "tsup";

const shared = {
  format: ["esm", "cjs"],
  target: ["chrome110", "firefox115", "safari16"],
  dts: true,
  sourcemap: true,
} as const;

export default defineConfig([
  { ...shared, entry: { index: "src/index.ts" }, banner: { js: '"use client";' } },
  { ...shared, entry: { server: "src/server.ts" } },
]);
