import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  installOutputTap,
  installScriptedMicrophone,
  launchChromium,
  serveVoiceDetection,
  speak,
  writeMicrophoneFile,
} from "@layercode/browser-testing";
import { createMockServer, type MockSession } from "@layercode/mock-server";
import type { Page } from "@playwright/test";
import { build } from "esbuild";
import { agents, said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { findHeard, heard, sentAudio, sentence, shareAtServer } from "./sounds.js";
import { agentTurn } from "./wire.js";

// Layercode's own client is what proves that the mock server speaks Layercode's protocol and not only ours.
test("Layercode's own client holds the same conversation", async () => {
  const staticDirectory = await buildPage();
  const server = await createMockServer({ staticDirectory, agents });
  const spoken = await sentence("Can you hear me just as well?");
  const wav = await writeMicrophoneFile(spoken, { silenceBefore: 7, silenceAfter: 30 });
  const browser = await launchChromium({ microphone: { wav, loop: false } });
  try {
    const page = await browser.newPage();
    const refused = await allowOnly(page, server.url);
    await switchProcessingOff(page);
    await installOutputTap(page);
    await page.goto(server.url);
    await page.getByRole("button", { name: "Connect" }).click();
    const session = await server.waitForSession({ timeoutMs: 15_000 });
    await session.waitFor("client.ready", { timeoutMs: 15_000 });
    await expect(page).toHaveTitle("connected");

    const welcome = await agentTurn(session);
    await expect(page.getByRole("listitem")).toHaveText([said.welcome]);
    const welcomeHeard = await session.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 15_000 });
    expect(findHeard(sentAudio(session, welcome), await heard(page)).likeness).toBeGreaterThan(0.95);

    const transcript = await session.waitForSent("user.transcript", { timeoutMs: 20_000 });
    expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);
    await agentTurn(session, transcript);
    await expect(page.getByRole("listitem")).toHaveText([said.welcome, said.answer]);
    const answerHeard = await session.waitFor("trigger.response.audio.replay_finished", {
      timeoutMs: 15_000,
      after: welcomeHeard,
    });

    await page.getByRole("textbox").fill("And this?");
    await page.keyboard.press("Enter");
    const typed = await session.waitFor("client.response.text");
    expect(typed.content).toBe("And this?");
    await expect(page.getByRole("listitem")).toHaveText([said.welcome, said.answer, said.reply]);
    await session.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 15_000, after: answerHeard });
    expect(session.received.faults).toEqual([]);
    // Its voice detection comes from elsewhere, and nothing here leaves the machine.
    expect(refused.every((url) => url.startsWith("https://assets.layercode.com/"))).toBe(true);
  } finally {
    await browser.close();
    await server.close();
    await rm(staticDirectory, { recursive: true });
  }
});

test("Layercode's own client and ours report the same speech to the server", async ({ openScripted, nextSession }) => {
  test.setTimeout(90_000);
  const staticDirectory = await buildPage();
  const server = await createMockServer({ staticDirectory, agents });
  const browser = await launchChromium({ autoplay: true });
  try {
    const page = await browser.newPage();
    await serveVoiceDetection(page, import.meta.resolve("@layercode/js-sdk"));
    await installScriptedMicrophone(page);
    await page.goto(server.url);
    const listens = page.waitForEvent("console", (message) => message.text() === "VAD started successfully");
    await page.getByRole("button", { name: "Connect" }).click();
    const session = await server.waitForSession({ timeoutMs: 15_000 });
    await listens;
    await session.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 15_000 });
    const theirs = await converse(page, session);

    const demo = await openScripted({ hears: true });
    await demo.startButton.click();
    const ownSession = await nextSession();
    await ownSession.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 15_000 });
    expect(await converse(demo.page, ownSession)).toEqual(theirs);
    expect(theirs).toEqual(sentences.flatMap(() => ["vad_start", "vad_end"]));
  } finally {
    await browser.close();
    await server.close();
    await rm(staticDirectory, { recursive: true });
  }
});

const sentences = ["Hello there?", "I would like to know something.", "Thank you very much."];

/** Says something, and waits for the agent's answer, a few times. Answers the events of voice detection on the wire. */
async function converse(page: Page, session: MockSession): Promise<string[]> {
  const from = session.received.messages.length;
  for (const text of sentences) {
    const after = session.received.messages.at(-1)?.message;
    await speak(page, await sentence(text));
    const ended = await session.waitFor((message) => message.type === "vad_events" && message.event === "vad_end", {
      timeoutMs: 15_000,
      ...(after === undefined ? {} : { after }),
    });
    await session.waitFor("trigger.response.audio.replay_finished", { timeoutMs: 15_000, after: ended });
  }
  const since = session.received.messages.slice(from);
  return since.flatMap(({ message }) => (message.type === "vad_events" ? [message.event] : []));
}

async function buildPage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "layercode-js-sdk-"));
  await build({
    entryPoints: [fileURLToPath(new URL("./js-sdk-page.ts", import.meta.url))],
    outfile: join(directory, "page.js"),
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  const html = `<!doctype html><html lang="en"><title>Layercode's client</title>
    <button>Connect</button><form><input aria-label="Message"></form><ol></ol><script type="module" src="/page.js"></script></html>`;
  await writeFile(join(directory, "index.html"), html);
  return directory;
}

/** This client has no option for it, and what the browser's processing makes of speech resembles nothing. */
async function switchProcessingOff(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const audio = typeof constraints?.audio === "object" ? { ...constraints.audio, ...off } : off;
      return getUserMedia.call(this, { ...constraints, audio });
    };
  });
}

/** Lets the page reach nothing but this origin; returns what it tried. */
async function allowOnly(page: Page, origin: string): Promise<string[]> {
  const refused: string[] = [];
  await page.route(
    (url) => url.origin !== origin && url.protocol.startsWith("http"),
    async (route) => {
      refused.push(route.request().url());
      await route.abort();
    },
  );
  return refused;
}
