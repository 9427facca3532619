// The packages, packed, in what people build their apps with: each bundle connects from a page in Chromium.
import { type BrowserSession, launchChromium } from "@layercode/browser-testing";
import { createMockServer, type MockServer } from "@layercode/mock-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bundler, bundlerPlugins, bundlers } from "../src/toolchains.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

const specifiers = ["@layercode/core", "@layercode/core/protocol", "@layercode/react", "@layercode/vue"];
/** What the page does with the modules above: what only loads later is needed for it, too. */
const app = `
  globalThis.start = async (url) => {
    const { LayercodeClient, listAudioOutputDevices } = modules[0];
    const authorizeSessionEndpoint = "/api/authorize";
    const off = { audioInput: false, audioOutput: false };
    const client = new LayercodeClient({ agentId: "ag-1", authorizeSessionEndpoint, url, ...off });
    await client.connect();
    const { status } = client;
    await client.disconnect();
    const isModule = ({ parseServerMessage, useLayercodeAgent }) => Boolean(parseServerMessage ?? useLayercodeAgent);
    return [status, Array.isArray(await listAudioOutputDevices()), ...modules.slice(1).map(isModule)];
  };`;
const entries = {
  import: `
    ${specifiers.map((name, i) => `import * as module${i} from "${name}";`).join("\n")}
    const modules = [${specifiers.map((_, i) => `module${i}`)}];
    ${app}`,
  require: `
    const modules = [${specifiers.map((name) => `require("${name}")`)}];
    ${app}`,
};
type Entry = keyof typeof entries;

const webpackScript = (name: Bundler, entry: Entry) => `
  import { ${name === "webpack" ? "default as bundle" : "rspack as bundle"} } from "${name}";
  const output = { path: process.argv[2], filename: "main.js", publicPath: "auto" };
  const options = { mode: "production", entry: "./${entry}.${entry === "import" ? "mjs" : "cjs"}", output, performance: false };
  bundle(options, (error, stats) => {
    const problems = error ? [error.message] : stats.toJson().errors.map(({ message }) => message);
    if (problems.length > 0) throw new Error(problems.join());
  });`;

/** How each is run: a script of Node whose argument is where the files go. */
const scripts: Record<Bundler, (entry: Entry) => string> = {
  esbuild: (entry) => `
    import { build } from "esbuild";
    const entryPoints = { main: "./${entry}.${entry === "import" ? "mjs" : "cjs"}" };
    await build({ entryPoints, bundle: true, splitting: true, format: "esm", minify: true, outdir: process.argv[2] });`,
  webpack: (entry) => webpackScript("webpack", entry),
  "@rspack/core": (entry) => webpackScript("@rspack/core", entry),
  rollup: (entry) => `
    import commonjs from "@rollup/plugin-commonjs";
    import { nodeResolve } from "@rollup/plugin-node-resolve";
    import { rollup } from "rollup";
    const input = { main: "./${entry}.${entry === "import" ? "mjs" : "cjs"}" };
    const plugins = [nodeResolve({ browser: true }), commonjs()];
    const onwarn = ({ code, message }) => {
      if (/UNRESOLVED|MISSING/.test(code)) throw new Error(message);
    };
    const bundle = await rollup({ input, plugins, onwarn });
    await bundle.write({ dir: process.argv[2], format: "es" });`,
  parcel: (entry) => `
    import { execFileSync } from "node:child_process";
    import { writeFileSync } from "node:fs";
    // Parcel takes the page, and a script by the extension of any.
    writeFileSync("parcel-${entry}.html", '<script type="module" src="./parcel-${entry}.js"></script>');
    const options = ["--dist-dir", process.argv[2], "--public-url", "./", "--no-cache", "--no-source-maps"];
    execFileSync("node_modules/.bin/parcel", ["build", "parcel-${entry}.html", ...options], { stdio: "pipe" });`,
};

let project: InstalledProject;
let browser: BrowserSession;
let server: MockServer;

beforeAll(async () => {
  const wanted = { ...bundlers, ...bundlerPlugins };
  project = await installTarballs(
    ...Object.entries(wanted).map(([name, version]) => `${name}@${version}`),
    ...["react", "vue"].map((name) => `${name}@${peerVersions[name as keyof typeof peerVersions]}`),
  );
  for (const [name, code] of Object.entries(entries)) {
    await project.write({ [`${name}.${name === "import" ? "mjs" : "cjs"}`]: code, [`parcel-${name}.js`]: code });
  }
  browser = await launchChromium();
  server = await createMockServer({ voice: "tone", staticDirectory: project.folder });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await project?.remove();
});

const peerVersions = { react: "19", vue: "3" } as const;
const cases = (Object.keys(bundlers) as Bundler[]).flatMap((name) =>
  (Object.keys(entries) as Entry[]).map((entry) => ({ name, entry })),
);

test.each(cases)("$name bundles what an app gets by $entry, and it connects", async ({ name, entry }) => {
  const out = `out/${name.replace(/\W/g, "")}-${entry}`;
  const page = name === "parcel" ? `${out}/parcel-${entry}.html` : `${out}/index.html`;
  // React asks for it, and rollup leaves it as it is.
  const environment = '<script>globalThis.process = { env: { NODE_ENV: "production" } };</script>';
  await project.write({
    [`${out}/index.html`]: `${environment}<script type="module" src="./main.js"></script>`,
    [`build-${name.replace(/\W/g, "")}-${entry}.mjs`]: scripts[name](entry),
  });
  await project.run("node", `build-${name.replace(/\W/g, "")}-${entry}.mjs`, `${project.folder}/${out}`);

  const opened = await browser.newPage();
  const problems: string[] = [];
  opened.on("pageerror", (error) => problems.push(error.message));
  await opened.goto(`${server.url}/${page}`);
  await opened.waitForFunction("globalThis.start !== undefined", undefined, { timeout: 10_000 }).catch(() => {});
  expect(problems).toEqual([]);
  const outcome = await opened.evaluate(`start(${JSON.stringify(server.wsUrl)})`);
  expect(outcome).toEqual(["connected", true, true, true, true]);
  await opened.context().close();
});
