import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type BundleSize, gzipped, measureBundle } from "./bundle-size.js";
import { publicPackages } from "./packages.js";

const kB = 1000;

let core: BundleSize;
beforeAll(async () => {
  core = await measureBundle('import { LayercodeClient } from "@layercode/core"; globalThis.client = LayercodeClient;');
});

/** A budget of the docs: what a user downloads, minified and compressed by gzip, in kB. It is where we are and a little. */
function expectWithin(budget: number, what: string, bytes: number): void {
  process.stdout.write(`  ${what}: ${(bytes / kB).toFixed(2)} kB gzip, budget ${budget} kB\n`);
  expect(bytes, what).toBeGreaterThan(0.1 * kB);
  expect(bytes, what).toBeLessThanOrEqual(budget * kB);
}

test("core without audio", () => {
  const whole = core.withLazy("session", "page-locks", "refused", "run-tool");
  expectWithin(12.95, "core, text only", core.initial);
  // Said beside it, because it is no less of a download: it comes with the first connect().
  expectWithin(40.8, "core, text only, with what it loads later", whole);
  expect(whole).toBeGreaterThan(core.initial + 1 * kB);
});

test("diagnose() is part of no first page and of no session: it loads with its first call", () => {
  expectWithin(5.8, "diagnose()", core.withLazy("diagnose") - core.initial);
});

test("a recording is part of no first page and of no session: it loads with its first call", () => {
  expectWithin(4.57, "startRecording()", core.withLazy("start-recording", "wav-recording") - core.initial);
});

test("getStats() is part of no first page and of no session: it loads with its first call", () => {
  expectWithin(3.2, "getStats()", core.withLazy("statistics") - core.initial);
});

test("what only some pages and phones need loads when it is needed", () => {
  const of = (...names: string[]) => core.withLazy(...names) - core.initial;
  expectWithin(0.84, "media controls, and the page that is hidden", of("media-session", "hidden-page"));
  expectWithin(0.87, "devices that are remembered", of("remembered-devices"));
  expectWithin(0.28, "a permission that is missing", of("permission"));
});

test("core with audio", () => {
  const bytes = core.withLazy("audio-package");
  expectWithin(30.4, "core + audio", bytes);
  const model = core.withLazy("vad-model") - core.initial;
  expectWithin(
    70.8,
    "core + audio, with what they load later but the model that detects speech",
    core.withLazy("audio", "session", "page-locks", "refused", "run-tool") - model,
  );
  expectWithin(230, "the model", model);
  expect(bytes).toBeGreaterThan(core.initial + 1 * kB);
});

test.each(["standalone.js", "standalone.global.js"])("core in one file: %s", async (file) => {
  const { folder } = publicPackages().find(({ name }) => name === "@layercode/core") ?? { folder: "" };
  const bytes = gzipped(await readFile(join(folder, "dist", file)));
  expectWithin(78.3, `core + audio + all that they load later but the model, as ${file}`, bytes);
});

test("what stands behind import() does not count as initial", async () => {
  const lazy = await measureBundle('globalThis.load = () => import("@layercode/audio");');
  expect(lazy.initial).toBeLessThan(500);
  expect(lazy.withLazy("audio/")).toBeGreaterThan(1 * kB);
});

test("a page loads nothing of zod, at first or later; who asks for the schemas does", async () => {
  const ofZod = ({ modules }: BundleSize) => modules.filter((path) => path.includes("/zod/"));
  const imported = (name: string) =>
    measureBundle(`import { ${name} } from "@layercode/core/protocol"; globalThis.it = ${name};`);
  expect(core.modules.some((path) => path.includes("/core/dist/session"))).toBe(true);
  expect(ofZod(core)).toEqual([]);
  expect(ofZod(await imported("parseServerMessage"))).toEqual([]);
  expect(ofZod(await imported("serverMessageSchemas"))).not.toEqual([]);
});

test.each(["react", "vue", "svelte"])("@layercode/%s: useLayercodeAgent", async (name) => {
  const bound = await measureBundle(
    `import { useLayercodeAgent } from "@layercode/${name}"; globalThis.useAgent = useLayercodeAgent;`,
  );
  expectWithin(2.48, `${name}: useLayercodeAgent beyond core`, bound.initial - core.initial);
  expectWithin(32.85, `${name}: core + audio + useLayercodeAgent`, bound.withLazy("audio-package"));
});
