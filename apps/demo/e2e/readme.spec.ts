// The README's snippets, run as they stand there.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { installScriptedMicrophone, redirectWebSockets } from "@layercode/browser-testing";
import type { MockServer } from "@layercode/mock-server";
import type { Page } from "@playwright/test";
import { build } from "esbuild";
import { said } from "./agents.js";
import { expect, type Fixtures, test } from "./fixtures.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The first block of code below a heading of the README, without its types and with what it imports. */
async function snippetBelow(heading: string, { before = "", after = "" } = {}): Promise<string> {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split(`## ${heading}\n`);
  const [, loader, code] = /```(tsx?)\n([\s\S]*?)```/.exec(section) ?? [];
  if (code === undefined) throw new Error(`The README has no snippet below "${heading}".`);
  const bundle = await build({
    stdin: { contents: before + code + after, loader: loader === "tsx" ? "tsx" : "ts", resolveDir: here },
    bundle: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "error",
  });
  return bundle.outputFiles[0]?.text ?? "";
}

/** A page with nothing of the demo's, really served: one made up by the test may not reach this machine's addresses. */
async function openBlank(
  { open, server }: Pick<Fixtures, "open"> & { server: MockServer },
  html: string,
): Promise<Page> {
  const { page } = await open({
    // The snippets name no URL: they would go to Layercode.
    prepare: async (page) => {
      await installScriptedMicrophone(page);
      await redirectWebSockets(page, "/v1/agents/web/websocket", server.wsUrl);
    },
  });
  await page.setContent(html);
  return page;
}

test("the snippet for React talks", async ({ open, server }) => {
  const after = `
    import { createRoot } from "react-dom/client";
    createRoot(document.querySelector("#root")).render(<VoiceAgent />);`;
  const code = await snippetBelow("In React, Vue or Svelte", { after });
  const page = await openBlank({ open, server }, '<div id="root"></div>');
  await page.addScriptTag({ type: "module", content: code });
  await page.getByRole("button", { name: "Talk" }).click();
  await expect(page.getByText(`assistant: ${said.welcome}`)).toBeVisible();
  await page.getByRole("button", { name: "End" }).click();
  await expect(page.getByRole("button", { name: "Talk" })).toBeVisible();
});

test("the snippet without a framework talks", async ({ open, server }) => {
  const code = await snippetBelow("In the browser, without a framework");
  const page = await openBlank({ open, server }, '<button id="talk">Talk</button><pre id="transcript"></pre>');
  await page.addScriptTag({ type: "module", content: code });
  await page.getByRole("button").click();
  await expect(page.locator("#transcript")).toHaveText(`assistant: ${said.welcome}`);
});

test("the snippet for the backend authorizes who is signed in, and nobody else", async ({ server }) => {
  const preamble = `
    const userOf = async (request) =>
      request.headers.get("cookie") === "user=7" ? { id: 7, conversations: ["lc_conv_mine"] } : null;
    const original = fetch;
    globalThis.fetch = (url, init) => original(url.replace("https://api.layercode.com", "${server.url}"), init);
  `;
  process.env.LAYERCODE_API_KEY = server.apiKey;
  const code = await snippetBelow("In your backend", { before: preamble });
  const { POST } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const ask = (cookie: string, conversation_id?: string): Promise<Response> =>
    POST(
      new Request("https://app.test/api/authorize", {
        method: "POST",
        headers: { cookie },
        body: JSON.stringify({ agent_id: "ag-123456", metadata: {}, sdk_version: "1", conversation_id }),
      }),
    );
  expect(await (await ask("user=7")).json()).toMatchObject({ client_session_key: expect.any(String) });
  expect((await ask("")).status).toBe(401);
  expect((await ask("user=7", "lc_conv_theirs")).status).toBe(403);
});
