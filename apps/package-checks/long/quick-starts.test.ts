// The quick start of each README, step by step, in an empty app of Vite or Next: what it has pasted, the command that it
// has run, and then a conversation.
import { spawn } from "node:child_process";
import { once } from "node:events";
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

/** What Next's own template has beside what the README replaces. */
const nextTemplate = {
  packages: ["next", "react", "react-dom", "typescript", "@types/node", "@types/react"],
  layout: `
    export default function Layout({ children }: { children: React.ReactNode }) {
      return <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;
    }`,
};

let project: InstalledProject;
let browser: BrowserSession;

beforeAll(async () => {
  const ofVite = ["vite", ...Object.values(templates).flatMap(({ plugins }) => plugins)].map((name) => versionOf(name));
  const ofNext = nextTemplate.packages.map((name) => versionOf(name, "../example-next"));
  project = await installTarballs(...new Set([...ofVite, ...ofNext]));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await project?.remove();
});

test.each(Object.keys(templates))("the quick start of %s, as it stands there, talks", async (name) => {
  const steps = await stepsOf(name, "## Quick start");
  // The vanilla template's page loads what the README replaces; the others a main of their own.
  const main = name === "core" ? "main.ts" : "main.tsx";
  await project.write({
    [`${name}/index.html`]: `<link rel="icon" href="data:," /><div id="app"></div><script type="module" src="/src/${main}"></script>`,
    [`${name}/src/main.tsx`]: templates[name]?.main ?? "",
    ...inFolder(name, steps),
  });
  const { url, printed } = await runDevServer(name, "vite", "--port", "0", "--host", "127.0.0.1");
  // What the README says that it prints.
  expect(printed).toMatch(
    /➜ {2}Layercode mock: \/api\/authorize and \/v1\/agents\/web\/websocket \(http:\/\/127\.0\.0\.1:\d+\)/,
  );
  await talk(url);
});

test("so does that of react in Next, and its build has nothing of the mock server", async () => {
  const steps = await stepsOf("react", "### In Next");
  expect(Object.keys(steps)).toEqual(["next.config.ts", "app/page.tsx"]);
  await project.write({ "next/app/layout.tsx": nextTemplate.layout, ...inFolder("next", steps) });
  const { url, printed, stop } = await runDevServer("next", "next", "dev", "--port", "0", "--hostname", "127.0.0.1");
  const line = /- Layercode mock: \/api\/authorize and \/v1\/agents\/web\/websocket \((http:\/\/127\.0\.0\.1:\d+)\)/;
  const [, mock = ""] = line.exec(printed) ?? [];
  expect(mock).not.toBe("");
  await talk(url);
  await project.write({
    "next/app/api/authorize/route.ts": `export const POST = () => Response.json("the app's own");`,
  });
  const ask = async () => (await fetch(`${url}/api/authorize`, { method: "POST", body: "{}" })).text();
  await expect.poll(ask, { timeout: 30_000 }).toBe(`"the app's own"`);
  await stop();
  const askMock = () =>
    fetch(mock).then(
      () => "answers",
      () => "is gone",
    );
  await expect.poll(askMock, { timeout: 10_000 }).toBe("is gone");
  const built = await project.runIn("next", { NEXT_TELEMETRY_DISABLED: "1" }, "npx", "--no-install", "next", "build");
  expect(built.stdout).not.toContain("Layercode mock");
  const routes = JSON.parse(await readFile(join(project.folder, "next/.next/routes-manifest.json"), "utf8"));
  expect(JSON.stringify(routes.rewrites)).not.toContain("/api/authorize");
});

/** A conversation on a page whose button says Talk and then End. Nothing may be complained of in its console. */
async function talk(url: string): Promise<void> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await installScriptedMicrophone(page);
  await page.goto(url, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Talk" }).click();
  // It greets, hears a sentence, and answers.
  await page.getByText(/assistant: /).waitFor();
  await speak(page, await synthesizeSpeech("How is the weather today?"));
  await page.getByText(/assistant: .*You spoke for/s).waitFor();
  await page.getByRole("button", { name: "End" }).click();
  await page.getByRole("button", { name: "Talk" }).waitFor();
  expect(problems).toEqual([]);
  await page.close();
}

interface DevServer {
  url: string;
  printed: string;
  stop(): Promise<void>;
}

/** A dev server in a folder of the project, until the end of the test. */
async function runDevServer(folder: string, ...command: string[]): Promise<DevServer> {
  const { VITEST: _, NODE_ENV: __, ...environment } = process.env;
  const server = spawn("npx", ["--no-install", ...command], {
    cwd: join(project.folder, folder),
    env: { ...environment, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" },
    detached: true,
  });
  const exited = once(server, "exit");
  const stop = async () => {
    // npx and what it runs are one group of processes.
    const isRunning = server.exitCode === null && server.signalCode === null;
    if (server.pid !== undefined && isRunning) process.kill(-server.pid);
    await exited;
  };
  onTestFinished(stop);
  let printed = "";
  return new Promise((resolve, reject) => {
    const read = (data: Buffer) => {
      printed += data;
      const [, url] = /Local: +(http\S+)/.exec(printed) ?? [];
      if (url !== undefined && /Layercode mock:.*\n/.test(printed))
        resolve({ url: url.replace(/\/$/, ""), printed, stop });
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    void exited.then(([code]) => reject(new Error(`${command[0]} ended with ${code}: ${printed}`)));
  });
}

/** A package with the version that an app of this repository uses. */
function versionOf(name: string, app = "."): string {
  // Not every package exports its package.json.
  const manifest = new URL(`../${app}/node_modules/${name}/package.json`, import.meta.url);
  return `${name}@${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}

/** The files that a section of a README has written, each named before its code. */
async function stepsOf(name: string, heading: string): Promise<Record<string, string>> {
  const found = publicPackages().find((one) => one.name === `@layercode/${name}`);
  const readme = await readFile(join(found?.folder ?? "", "README.md"), "utf8");
  const [, section = ""] = readme.split(`\n${heading}\n`);
  const files = section.split("\n##")[0]?.matchAll(/`([\w./]+\.\w+)`:\n\n```\w+\n([\s\S]*?)```/g) ?? [];
  return Object.fromEntries([...files].map(([, file = "", code = ""]) => [file, code]));
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, code]) => [`${folder}/${file}`, code]));
}
