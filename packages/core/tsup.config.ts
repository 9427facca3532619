import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts", bindings: "src/bindings.ts", protocol: "src/protocol.ts", server: "src/server.ts" },
  format: ["esm", "cjs"],
  target: ["chrome110", "firefox115", "safari16"],
  dts: true,
  sourcemap: true,
  splitting: true,
  // Only tsup.standalone.config.ts knows one: so bundlers leave out what would use it.
  define: { LAYERCODE_STANDALONE_URL: '""' },
  clean: true,
});
