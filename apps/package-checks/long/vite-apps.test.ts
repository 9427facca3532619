// What the READMEs of the bindings promise: install one package, write these lines, and talk.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BrowserSession,
  installScriptedMicrophone,
  launchChromium,
  redirectWebSockets,
} from "@layercode/browser-testing";
import { createMockServer } from "@layercode/mock-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages } from "../src/packages.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

const welcome = "Hello from the mock agent.";

/** An empty Vite app: its plugin, where the README's snippet goes, and what mounts it. */
interface ViteApp {
  plugin: string;
  language: string;
  component: string;
  main: string;
}

const apps: Record<string, ViteApp> = {
  react: {
    plugin: "@vitejs/plugin-react",
    language: "tsx",
    component: "App.tsx",
    main: `
      import { createRoot } from "react-dom/client";
      import * as app from "./App";
      const App = Object.values(app)[0];
      createRoot(document.querySelector("main")!).render(<App />);`,
  },
  vue: {
    plugin: "@vitejs/plugin-vue",
    language: "vue",
    component: "App.vue",
    main: `
      import { createApp } from "vue";
      import App from "./App.vue";
      createApp(App).mount("main");`,
  },
  svelte: {
    plugin: "@sveltejs/vite-plugin-svelte",
    language: "svelte",
    component: "App.svelte",
    main: `
      import { mount } from "svelte";
      import App from "./App.svelte";
      mount(App, { target: document.querySelector("main")! });`,
  },
};

const names = Object.keys(apps);
const others = ["vite", "react", "react-dom", "vue", "svelte", ...Object.values(apps).map(({ plugin }) => plugin)];
let project: InstalledProject;
let browser: BrowserSession;

beforeAll(async () => {
  project = await installTarballs(...others.map((name) => `${name}@${versionOf(name)}`));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await project?.remove();
});

test.each(names)("the README of %s, as it stands there, talks in an empty Vite app", async (name) => {
  const { plugin, language, component, main } = apps[name]!;
  const built = join(project.folder, name, "dist");
  await project.write({
    [`${name}/index.html`]: `<link rel="icon" href="data:," /><main></main><script type="module" src="./main.tsx"></script>`,
    [`${name}/main.tsx`]: main,
    [`${name}/${component}`]: await firstSnippet(name, language),
    [`${name}/vite.config.mjs`]: `
      import * as plugin from ${JSON.stringify(plugin)};
      export default { plugins: [(plugin.default ?? plugin.svelte)()] };`,
  });
  await project.run("npx", "--no-install", "vite", "build", name);

  const server = await createMockServer({
    staticDirectory: built,
    agents: { "ag-123456": { scenario: { start: (turn) => turn.say(welcome) } } },
  });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await installScriptedMicrophone(page);
  // The snippet names no URL: it would go to Layercode.
  await redirectWebSockets(page, "wss://api.layercode.com", new URL(server.wsUrl).origin);
  await page.goto(server.url);
  await page.getByRole("button").first().click();
  await page.getByText(welcome).waitFor();
  expect(problems).toEqual([]);
  await server.close();
});

/** The version of a package that this repository uses. */
function versionOf(name: string): string {
  // Not every package exports its package.json.
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

/** The first block of code of a language in a package's README. */
async function firstSnippet(name: string, language: string): Promise<string> {
  const found = publicPackages().find((one) => one.name === `@layercode/${name}`);
  const readme = await readFile(join(found?.folder ?? "", "README.md"), "utf8");
  const code = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`The README of @layercode/${name} has no block of ${language}.`);
  return code;
}
