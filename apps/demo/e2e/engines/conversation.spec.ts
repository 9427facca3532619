import { fileURLToPath } from "node:url";
import {
  type EngineFixtures,
  type EnginePage,
  type EngineWorkerFixtures,
  engineFixtures,
  installScriptedMicrophone,
  isSpeechHeard,
  resample,
  speak,
  toFloat,
} from "@layercode/browser-testing";
import { createMockServer, type MockServer } from "@layercode/mock-server";
import { test as base, expect } from "@playwright/test";
import { agents, said } from "../agents.js";
import { sentence } from "../sounds.js";
import { agentTurn, replayFinished, userTurnOpened } from "../wire.js";

// What concerns the engine: sound both ways, turns, and a connection that breaks. The rest is tested in Chromium.

const test = base.extend<EngineFixtures & { server: MockServer }, EngineWorkerFixtures>({
  ...engineFixtures,
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern.
  server: async ({}, use) => {
    const staticDirectory = fileURLToPath(new URL("../../dist", import.meta.url));
    const server = await createMockServer({ staticDirectory, agents });
    await use(server);
    await server.close();
  },
});

/** The text of the first element that fits. */
function textOf(page: EnginePage, selector: string): Promise<string | null> {
  return page.evaluate((selector) => document.querySelector(selector)?.textContent ?? null, selector);
}

/** What the transcript shows: who, and how it stands. */
function transcript(page: EnginePage): Promise<(string | undefined)[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".messages li")].map(({ dataset }) => dataset.status),
  );
}

test("connects, lets the agent be interrupted, hears what is said, and comes back when the connection breaks", async ({
  newPage,
  engine,
  server,
}) => {
  test.setTimeout(90_000);
  const page = await newPage({ autoplay: true });
  await installScriptedMicrophone(page);
  await page.goto(`${server.url}/?processing=off&vad=off&agent=ag-talkative`);
  await page.click("button.connect");
  const session = await server.waitForSession({ timeoutMs: 20_000 });
  await expect.poll(() => textOf(page, ".status"), { timeout: 20_000 }).toBe("Connected");
  const story = await agentTurn(session);
  await expect.poll(() => textOf(page, ".activity"), { timeout: 20_000 }).toBe("The agent is speaking");

  const spoken = await sentence("Please stop now, I have heard enough of it.");
  const speaking = speak(page, spoken);
  const opened = await userTurnOpened(session);
  const cut = await replayFinished(session, story);
  const ids = session.sent.flatMap(({ message }) =>
    message.type === "response.audio" && message.turn_id === story ? [message.delta_id] : [],
  );
  // It fell silent with most of the story unheard.
  expect(ids.indexOf(cut.last_delta_id_played)).toBeLessThan(ids.length - 1);
  await speaking;
  const answer = await agentTurn(session, opened);
  await replayFinished(session, answer);
  await expect.poll(() => transcript(page)).toEqual(["interrupted", "final", "final"]);
  const source = resample(toFloat(spoken.samples), spoken.sampleRate, 8000);
  expect(isSpeechHeard(engine, source, session.received.audio, 8000)).toBe(true);

  session.faults.drop({ how: "reset" });
  const again = await server.waitForSession({ timeoutMs: 20_000 });
  expect(again.conversationId).toBe(session.conversationId);
  await expect.poll(() => textOf(page, ".status"), { timeout: 20_000 }).toBe("Connected");
  // It talks on the new connection as it did on the old: the server tells its story anew.
  const anew = await agentTurn(again);
  await again.waitFor("client.audio", { timeoutMs: 20_000 });
  // A turn that is interrupted before its first sound is never reported as heard.
  await expect.poll(() => textOf(page, ".activity"), { timeout: 20_000 }).toBe("The agent is speaking");
  await page.evaluate((text) => {
    const input = document.querySelector<HTMLInputElement>(".composer input");
    if (input) input.value = text;
    document.querySelector<HTMLButtonElement>(".composer .send")?.click();
  }, "Thank you.");
  await replayFinished(again, anew);
  const reply = await agentTurn(again, await again.waitForSent("user.transcript", { timeoutMs: 20_000 }));
  await replayFinished(again, reply);
  expect(await textOf(page, ".messages li:last-child")).toContain(said.reply);
  expect([...session.received.faults, ...again.received.faults]).toEqual([]);

  await page.click("button.connect");
  await expect.poll(() => textOf(page, ".status")).toBe("Not connected");
});
