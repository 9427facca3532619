import { defineConfig } from "tsup";

const shared = { format: "esm", target: "es2022", dts: true, sourcemap: true } as const;

export default defineConfig([
  { ...shared, entry: { index: "src/index.ts" } },
  { ...shared, entry: { server: "src/server.ts" } },
]);
