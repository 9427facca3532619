// What .dependency-cruiser.mjs forbids: run over a small tree of files that do it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const tree = mkdtempSync(join(tmpdir(), "layers-"));

/** What a file imports: as `import "…"`, or as `import type`. */
interface Imports {
  values?: string[];
  types?: string[];
}

const allowed: Record<string, Imports> = {
  "packages/core/src/errors.ts": {},
  "packages/core/src/audio/ports.ts": { values: ["../errors.js"] },
  "packages/core/src/conversation/turns.ts": { values: ["../errors.js"], types: ["../audio/ports.js"] },
  "packages/core/src/client/events.ts": { types: ["../conversation/turns.js"] },
  "packages/core/src/options/options.ts": { types: ["../machine/machine.js"] },
  "packages/core/src/machine/machine.ts": { values: ["../conversation/turns.js"] },
  "packages/core/src/runtime/dispatcher.ts": { values: ["../machine/machine.js"] },
  "packages/core/src/client/client.ts": { values: ["../runtime/dispatcher.js", "../options/options.js"] },
  "packages/core/src/client/client.test.ts": { values: ["./client.js", "../../test/world.js", "@layercode/audio"] },
  "packages/core/src/bindings/agent.ts": { values: ["../client/client.js"] },
  "packages/core/test/world.ts": { values: ["../src/client/client.js"] },
  "packages/core/src/audio/audio-package.ts": { values: ["@layercode/audio"] },
  "packages/react/src/agent.ts": { values: ["@layercode/core", "@layercode/core/bindings"] },
  "packages/mock-server/src/server.ts": { values: ["@layercode/core/protocol"] },
  "packages/audio/src/dsp/ratio.ts": {},
  "packages/audio/src/worklets/messages.ts": { values: ["../dsp/ratio.js"] },
  "packages/audio/src/speaker.ts": { values: ["./worklets/messages.js"] },
  // The other half of a circle, which is reported once.
  "packages/vue/src/two.ts": { values: ["./one.js"] },
  "apps/demo/src/page.ts": { values: ["@layercode/react", "@layercode/mock-server"] },
};

const forbidden: { rule: string; from: string; to: string; types?: boolean }[] = [
  { rule: "no-circle", from: "packages/vue/src/one.ts", to: "./two.js", types: true },
  { rule: "core-machine", from: "packages/core/src/machine/timers.ts", to: "../runtime/dispatcher.js" },
  { rule: "core-machine", from: "packages/core/src/machine/view.ts", to: "../client/events.js", types: true },
  { rule: "core-runtime", from: "packages/core/src/runtime/log.ts", to: "../client/client.js" },
  { rule: "core-options", from: "packages/core/src/options/page.ts", to: "../runtime/dispatcher.js" },
  { rule: "core-options-types", from: "packages/core/src/options/check.ts", to: "../machine/machine.js" },
  { rule: "core-protocol", from: "packages/core/src/protocol/reader.ts", to: "../conversation/turns.js" },
  { rule: "no-source-imports-a-test", from: "packages/core/src/dom/level.ts", to: "../../test/world.js" },
  { rule: "no-source-imports-browser-testing", from: "packages/vue/src/wav.ts", to: "@layercode/browser-testing" },
  { rule: "core-loads-audio-in-one-place", from: "packages/core/src/runtime/sound.ts", to: "@layercode/audio" },
  { rule: "core-is-below", from: "packages/core/src/runtime/hook.ts", to: "@layercode/react", types: true },
  { rule: "bindings-use-core-alone", from: "packages/svelte/src/sound.ts", to: "@layercode/audio" },
  { rule: "bindings-use-core-alone", from: "packages/vue/src/agent.ts", to: "../../react/src/agent.js" },
  { rule: "mock-server-uses-the-protocol-alone", from: "packages/mock-server/src/cli.ts", to: "@layercode/core" },
  { rule: "mock-server-scenarios", from: "packages/mock-server/src/scenarios/echo.ts", to: "../session/session.js" },
  { rule: "audio-stands-alone", from: "packages/audio/src/wire.ts", to: "@layercode/core", types: true },
  { rule: "audio-dsp", from: "packages/audio/src/dsp/gain.ts", to: "../worklets/messages.js", types: true },
  { rule: "audio-worklets", from: "packages/audio/src/worklets/player.worklet.ts", to: "../speaker.js" },
  { rule: "audio-thread-is-apart", from: "packages/audio/src/engine.ts", to: "./worklets/player.worklet.js" },
  { rule: "no-package-imports-an-app", from: "packages/vue/src/page.ts", to: "../../../apps/demo/src/page.js" },
];

beforeAll(() => {
  const files: Record<string, Imports> = { "packages/mock-server/src/session/session.ts": {}, ...allowed };
  for (const { from, to, types } of forbidden) files[from] = types ? { types: [to] } : { values: [to] };
  for (const [path, { values = [], types = [] }] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    const lines = [...values.map((to) => `import "${to}";`), ...types.map((to) => `import type {} from "${to}";`)];
    writeFileSync(join(tree, path), [...lines, "export {};", ""].join("\n"));
  }
});

afterAll(() => rmSync(tree, { recursive: true }));

test("every import that is forbidden fails the linter, no other does, and the text says what to do", () => {
  const tool = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = join(root, ".dependency-cruiser.mjs");
  // As `npm run lint:layers` runs it over the repository.
  const args = [tool, "--config", config, "--output-type", "err-long", "packages", "apps"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });

  const found = [...stdout.matchAll(/^ *error (\S+): (\S+)/gm)].map(([, rule, from]) => `${rule}: ${from}`);
  expect(found.sort()).toEqual(forbidden.map(({ rule, from }) => `${rule}: ${from}`).sort());
  expect(status).toBe(forbidden.length);
  expect(stdout.replace(/\s+/g, " ")).toContain("Move what both sides need into a file further down");
});
