import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BrowserSession,
  describeLeft,
  installResourceCensus,
  launchChromium,
  readCensus,
  silence,
  writeMicrophoneFile,
} from "@layercode/browser-testing";
import { createMockServer, type MockServer, type MockSession } from "@layercode/mock-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples } from "./examples.js";
import { keepRequests, listenForComplaints } from "./listen.js";
import { type ExampleServer, serve } from "./serve.js";

const apiKey = "lc-secret-key-of-the-examples";

let mock: MockServer;
let browser: BrowserSession;

beforeAll(async () => {
  // The microphone is silent, and without this only speech would be sent.
  const config = { vad: { gate_audio: false } };
  mock = await createMockServer({ apiKey, agents: ["ag-example"], voice: "tone", config });
  const wav = await writeMicrophoneFile(silence(1, 44_100));
  browser = await launchChromium({ microphone: { wav } });
});

afterAll(async () => {
  await browser?.close();
  await mock?.close();
});

describe.each(examples)("the example for $name", (example) => {
  let server: ExampleServer;

  beforeAll(async () => {
    server = await serve(example, mock);
  });

  afterAll(() => server?.close());

  test("renders the page on the server", async () => {
    const response = await fetch(server.url);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toMatch(/<h1[^>]*>Talk with the agent<\/h1>/);
    expect(html).toMatch(/<button[^>]*>\s*Start\s*<\/button>/);
    expect(html).toMatch(/<p role="status"[^>]*>(disconnected|initializing)<\/p>/);
    expect(server.complaints).toBe("");
  });

  test("hydrates, talks, answers a text and leaves nothing when it ends", async () => {
    const page = await browser.newPage();
    await installResourceCensus(page);
    const complaints = listenForComplaints(page);
    const requests = keepRequests(page);
    await page.goto(server.url, { waitUntil: "networkidle" });
    const before = await readCensus(page);
    expect(before).toMatchObject({ tracks: [], sockets: [], contexts: [], objectUrls: [] });

    const opened = nextSession(mock);
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("status").getByText("connected", { exact: true }).waitFor();
    const session = await opened;
    const transcript = page.getByRole("list", { name: "Transcript" });
    await transcript.getByText("I am the mock agent").waitFor();
    await session.waitFor(({ type }) => type === "client.audio");

    await page.getByRole("textbox", { name: "Message" }).fill("What is 2 + 3?");
    await page.getByRole("button", { name: "Send" }).click();
    await transcript.getByText("What is 2 + 3?").waitFor();
    await transcript.getByText("That is 5.").waitFor();
    expect(await page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("");

    const again = nextSession(mock);
    mock.faults.set({ authorize: { status: 503, error: "Be right back." } });
    session.faults.drop({ how: "reset" });
    await page.getByRole("status").getByText("reconnecting").waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("What is 3 + 4?");
    await page.getByRole("button", { name: "Send" }).click();
    await transcript.getByText("What is 3 + 4? (queued)").waitFor();
    mock.faults.set({});
    const resumed = await again;
    expect(resumed.conversationId).toBe(session.conversationId);
    await transcript.getByText("That is 7.").waitFor();

    await page.getByRole("button", { name: "End", exact: true }).click();
    await page.getByRole("status").getByText("disconnected").waitFor();
    await expect.poll(() => resumed.closed).toBe(true);
    await expect.poll(async () => describeLeft(await readCensus(page), before)).toBe("");

    // Of the answer 503 the browser tells by itself.
    expect(complaints.filter((one) => !/the server responded with a status of 503/.test(one))).toEqual([]);
    expect(await requests.answersWith(apiKey)).toEqual([]);
    expect(server.complaints).toBe("");
    await page.context().close();
  });

  test("says what went wrong", async () => {
    const denied = await launchChromium({ microphone: "denied" });
    const page = await denied.newPage();
    const complaints = listenForComplaints(page);
    await page.goto(server.url, { waitUntil: "networkidle" });
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").getByText("microphone").waitFor();
    await page.getByRole("button", { name: "Start" }).waitFor();
    // Of the connection that was given up while it was being opened the browser tells by itself.
    expect(complaints.filter((one) => !/WebSocket is closed before the connection/.test(one))).toEqual([]);
    await denied.close();
  });

  test("opens sessions for its own pages only, and for its own agent only", async () => {
    const ask = async (origin: string, agent: string) => {
      const headers = { "content-type": "application/json", origin };
      const body = JSON.stringify({ agent_id: agent });
      const response = await fetch(`${server.url}/api/authorize`, { method: "POST", headers, body });
      return response.status;
    };
    expect(await ask(server.url, "ag-example")).toBe(200);
    expect(await ask("https://evil.example", "ag-example")).toBe(403);
    expect(await ask(server.url, "ag-other")).toBe(403);
  });

  test("keeps what belongs to the server out of the browser's files", async () => {
    const files = await readdir(join(example.folder, example.clientFiles), { recursive: true, withFileTypes: true });
    const scripts = files.filter((file) => file.isFile() && /\.m?js$/.test(file.name));
    expect(scripts.length).toBeGreaterThan(0);
    for (const file of scripts) {
      const text = await readFile(join(file.parentPath, file.name), "utf8");
      // The endpoint names this variable when it is missing: where its code is, the name is.
      expect(text, file.name).not.toContain("LAYERCODE_API_KEY");
    }
  });
});

function nextSession(server: MockServer): Promise<MockSession> {
  return new Promise((resolve) => {
    const off = server.on("session", (session) => {
      off();
      resolve(session);
    });
  });
}
