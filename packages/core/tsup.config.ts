import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", bindings: "src/bindings.ts", protocol: "src/protocol.ts", server: "src/server.ts" },
  format: "esm",
  target: "es2022",
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
});
