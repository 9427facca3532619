// The README's two snippets, run as they stand there.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { writeMicrophoneFile } from "@layercode/browser-testing";
import { build } from "esbuild";
import { said } from "./agents";
import { expect, test } from "./fixtures";
import { sentence } from "./sounds";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The first block of TypeScript below a heading of the README, without its types and with what it imports. */
async function snippetBelow(heading: string, before = ""): Promise<string> {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split(`## ${heading}\n`);
  const code = /```ts\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`The README has no snippet below "${heading}".`);
  const bundle = await build({
    stdin: { contents: before + code, loader: "ts", resolveDir: here },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return bundle.outputFiles[0]?.text ?? "";
}

test("the snippet for the browser talks", async ({ open, server }) => {
  const code = await snippetBelow("In the browser");
  const wav = await writeMicrophoneFile(await sentence("Hello."), { silenceBefore: 30, silenceAfter: 1 });
  const demo = await open({ microphone: { wav, loop: false } });
  // Within a page that the server really served: one made up by the test may not reach this machine's addresses.
  await demo.page.setContent('<button id="talk">Talk</button><pre id="transcript"></pre>');
  // The snippet names no URL: it would go to Layercode.
  await demo.page.evaluate((origin) => {
    const Original = WebSocket;
    window.WebSocket = class extends Original {
      constructor(url: string | URL) {
        super(String(url).replace("wss://api.layercode.com", origin));
      }
    };
  }, new URL(server.wsUrl).origin);
  await demo.page.addScriptTag({ type: "module", content: code });
  await demo.page.getByRole("button").click();
  await expect(demo.page.locator("#transcript")).toHaveText(`assistant: ${said.welcome}`);
});

test("the snippet for the backend authorizes who is signed in, and nobody else", async ({ server }) => {
  const preamble = `
    const userOf = async (request) =>
      request.headers.get("cookie") === "user=7" ? { id: 7, conversations: ["lc_conv_mine"] } : null;
    const original = fetch;
    globalThis.fetch = (url, init) => original(url.replace("https://api.layercode.com", "${server.url}"), init);
  `;
  process.env.LAYERCODE_API_KEY = server.apiKey;
  const code = await snippetBelow("In your backend", preamble);
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
