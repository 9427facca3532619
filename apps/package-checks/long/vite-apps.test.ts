// The quick start of each README, step by step, in an empty Vite app: what it has pasted, the command that it has run, and
// then a conversation.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BrowserSession,
  installScriptedMicrophone,
  launchChromium,
  speak,
  synthesizeSpeech,
} from "@layercode/browser-testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { publicPackages } from "../src/packages.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

/** What Vite's own template has beside what the README replaces. */
const templates: Record<string, { plugins: string[]; main: string }> = {
  core: { plugins: [], main: "" },
  react: {
    plugins: ["@vitejs/plugin-react", "react", "react-dom"],
    main: `
      import { createRoot } from "react-dom/client";
      import App from "./App";
      createRoot(document.querySelector("#app")!).render(<App />);`,
  },
  vue: {
    plugins: ["@vitejs/plugin-vue", "vue"],
    main: `
      import { createApp } from "vue";
      import App from "./App.vue";
      createApp(App).mount("#app");`,
  },
  svelte: {
    plugins: ["@sveltejs/vite-plugin-svelte", "svelte"],
    main: `
      import { mount } from "svelte";
      import App from "./App.svelte";
      mount(App, { target: document.querySelector("#app")! });`,
  },
};

let project: InstalledProject;
let browser: BrowserSession;

beforeAll(async () => {
  const others = ["vite", ...Object.values(templates).flatMap(({ plugins }) => plugins)];
  project = await installTarballs(...others.map((name) => `${name}@${versionOf(name)}`));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await project?.remove();
});

test.each(Object.keys(templates))("the quick start of %s, as it stands there, talks", async (name) => {
  const steps = await quickStartOf(name);
  const config = steps.find(({ file }) => file === "vite.config.ts");
  const source = steps.find(({ file }) => file.startsWith("src/"));
  // The vanilla template's page loads what the README replaces; the others a main of their own.
  const main = name === "core" ? "main.ts" : "main.tsx";
  await project.write({
    [`${name}/index.html`]: `<link rel="icon" href="data:," /><div id="app"></div><script type="module" src="/src/${main}"></script>`,
    [`${name}/src/main.tsx`]: templates[name]?.main ?? "",
    [`${name}/${config?.file}`]: config?.code ?? "",
    [`${name}/${source?.file}`]: source?.code ?? "",
  });
  const { url, printed } = await runVite(join(project.folder, name));
  // What the README says that it prints.
  expect(printed).toMatch(
    /➜ {2}Layercode mock: \/api\/authorize and \/v1\/agents\/web\/websocket \(http:\/\/127\.0\.0\.1:\d+\)/,
  );

  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await installScriptedMicrophone(page);
  await page.goto(url);
  await page.getByRole("button", { name: "Talk" }).click();
  // It greets, hears a sentence, and answers.
  await page.getByText(/assistant: /).waitFor();
  await speak(page, await synthesizeSpeech("How is the weather today?"));
  await page.getByText(/assistant: .*You spoke for/s).waitFor();
  await page.getByRole("button", { name: "End" }).click();
  await page.getByRole("button", { name: "Talk" }).waitFor();
  expect(problems).toEqual([]);
  await page.close();
});

/** Vite's dev server on a free port, until the end of the test. */
async function runVite(folder: string): Promise<{ url: string; printed: string }> {
  const { VITEST: _, ...environment } = process.env;
  const vite = spawn("npx", ["--no-install", "vite", "--port", "0", "--host", "127.0.0.1"], {
    cwd: folder,
    env: { ...environment, NO_COLOR: "1" },
    detached: true,
  });
  onTestFinished(() => {
    // npx and Vite are one group of processes.
    if (vite.pid !== undefined) process.kill(-vite.pid);
  });
  let printed = "";
  return new Promise((resolve, reject) => {
    const read = (data: Buffer) => {
      printed += data;
      const [, url] = /Local: +(http\S+)/.exec(printed) ?? [];
      if (url !== undefined && printed.includes("Layercode mock:")) resolve({ url, printed });
    };
    vite.stdout.on("data", read);
    vite.stderr.on("data", read);
    vite.once("exit", (code) => reject(new Error(`Vite ended with ${code}: ${printed}`)));
  });
}

/** The version of a package that this repository uses. */
function versionOf(name: string): string {
  // Not every package exports its package.json.
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

/** The files that the quick start of a README has written, each named before its code. */
async function quickStartOf(name: string): Promise<{ file: string; code: string }[]> {
  const found = publicPackages().find((one) => one.name === `@layercode/${name}`);
  const readme = await readFile(join(found?.folder ?? "", "README.md"), "utf8");
  const [, section = ""] = /\n## Quick start\n([\s\S]*?)\n##/.exec(readme) ?? [];
  const files = section.matchAll(/`([\w./]+\.\w+)`:\n\n```\w+\n([\s\S]*?)```/g);
  return [...files].map(([, file = "", code = ""]) => ({ file, code }));
}
