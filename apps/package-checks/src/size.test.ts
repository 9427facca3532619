import { beforeAll, expect, test } from "vitest";
import { type BundleSize, measureBundle } from "./bundle-size";

// The budgets of docs: what a user downloads, minified and compressed by gzip.
const kB = 1000;

let core: BundleSize;
beforeAll(async () => {
  core = await measureBundle('import { LayercodeClient } from "@layercode/core"; globalThis.client = LayercodeClient;');
});

function report(what: string, bytes: number, remark: string): void {
  process.stdout.write(`  ${what}: ${(bytes / kB).toFixed(2)} kB gzip, ${remark}\n`);
}

test("core without audio is at most 14 kB", () => {
  report("core, text only", core.initial, "budget 14 kB");
  // Said beside it, because it is no less of a download: it comes with the first connect().
  report("core, text only, with what it loads later", core.withLazy("session", "hold", "refused"), "no budget");
  expect(core.initial).toBeGreaterThan(1 * kB);
  expect(core.initial).toBeLessThanOrEqual(14 * kB);
});

test("core with audio is at most 23 kB", () => {
  const bytes = core.withLazy("audio-package");
  report("core + audio", bytes, "budget 23 kB");
  report("core + audio, with what they load later", core.withLazy("audio", "session", "hold", "refused"), "no budget");
  expect(bytes).toBeGreaterThan(core.initial);
  expect(bytes).toBeLessThanOrEqual(23 * kB);
});

test("what stands behind import() does not count as initial", async () => {
  const lazy = await measureBundle('globalThis.load = () => import("@layercode/audio");');
  expect(lazy.initial).toBeLessThan(500);
  expect(lazy.withLazy("audio/")).toBeGreaterThan(1 * kB);
});

test.each(["react", "vue", "svelte"])("@layercode/%s adds at most 2 kB to core for useLayercodeAgent", async (name) => {
  const bound = await measureBundle(
    `import { useLayercodeAgent } from "@layercode/${name}"; globalThis.useAgent = useLayercodeAgent;`,
  );
  const added = bound.initial - core.initial;
  report(`${name}: useLayercodeAgent beyond core`, added, "budget 2 kB");
  report(`${name}: core + audio + useLayercodeAgent`, bound.withLazy("audio-package"), "budget 25 kB");
  expect(added).toBeGreaterThan(100);
  expect(added).toBeLessThanOrEqual(2 * kB);
  expect(bound.withLazy("audio-package")).toBeLessThanOrEqual(25 * kB);
});
