// Builds the app under test and serves it. Its own /api/authorize and WebSocket are never used: the tests have theirs.
import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createMockServer } from "../dist/index.js";

const source = fileURLToPath(new URL("app/", import.meta.url));
const output = fileURLToPath(new URL("../.reports/app/", import.meta.url));

await mkdir(output, { recursive: true });
for (const page of ["index.html", "quick-start.html"]) await cp(source + page, output + page);
await build({
  entryPoints: [`${source}app.ts`],
  outdir: output,
  bundle: true,
  format: "esm",
  splitting: true,
  target: "es2022",
  logLevel: "error",
});
await createMockServer({ port: Number(process.env.APP_PORT), voice: "tone", staticDirectory: output });
