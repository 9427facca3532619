import { speak } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { said } from "../agents.js";
import { countMicrophoneRequests } from "../microphone-requests.js";
import { audibleMs, heard, sentence, shareAtServer } from "../sounds.js";
import { agentTurn, replayFinished, reportedTurns, userTurnOpened } from "../wire.js";
import { expect, test } from "./contract.js";

test("connects, hears, shows and answers what is said", async ({ openScripted, nextSession }) => {
  const spoken = await sentence("Can you hear me?");
  const demo = await openScripted({ agent: "ag-reserved" });
  await expect(demo.status).toHaveText("Not connected");
  const { mouse } = demo.page;
  await demo.button("Start conversation").hover();
  await mouse.down();
  await mouse.up();
  await expect(demo.status).toHaveText("Connected");
  // The second click of a double click does not press what has come where Start was.
  await mouse.down({ clickCount: 2 });
  await mouse.up({ clickCount: 2 });
  await expect(demo.button("Mute")).toHaveAttribute("aria-pressed", "false");
  const session = await nextSession();
  await expect(demo.conversationId).toHaveText(session.conversationId);
  await session.waitFor("client.audio");

  const seen = await recordPassing(demo.page);
  await speak(demo.page, spoken);
  await expect(demo.messages.first()).toHaveAttribute("data-status", "final");
  await expect(demo.messages.first()).toHaveText(/^You\(\d\.\d seconds? of speech\)$/);
  expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);

  const answer = await agentTurn(session);
  await expect(demo.messages).toHaveCount(2);
  await expect(demo.messages.last()).toHaveText(`Agent${said.answer}`);
  await replayFinished(session, answer);
  const { samples, sampleRate } = await heard(demo.page);
  expect(audibleMs(samples, sampleRate)).toBeGreaterThan(300);
  await expect(demo.messages.last()).toHaveAttribute("data-status", "final");
  await expect(demo.words("Your turn")).toBeVisible();
  await expect(demo.panel.locator(".latency")).toHaveText(/^Voice to voice \d+ ms · response \d+ ms$/);
  expect(session.received.faults).toEqual([]);
  // The transcript of speech grows while it is spoken.
  expect(await seen()).toEqual(
    expect.arrayContaining([
      "user interim",
      "Listening to you",
      "The agent is thinking",
      "The agent is speaking",
      "Your turn",
    ]),
  );

  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.words("The conversation is over")).toBeVisible();
});

test("speaking interrupts the agent", async ({ openScripted, nextSession }) => {
  const spoken = await sentence("Excuse me.");
  const demo = await openScripted({ agent: "ag-talkative" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const story = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  // Far more than could be heard by then.
  const content = " And so on, and so forth.".repeat(100);
  session.send({ type: "response.text", turn_id: story, content });
  await session.waitFor("client.audio");
  await speak(demo.page, spoken);
  await userTurnOpened(session);
  await replayFinished(session, story);
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
  await expect(demo.messages.first()).toContainText("Interrupted");
  // Struck through: what was not heard any more.
  await expect(demo.messages.first().getByRole("deletion")).toContainText("and so forth.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.answer}`);
});

test("a typed turn is answered and never asks for the microphone; a silent one is reported too", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: countMicrophoneRequests.install });
  await expect(demo.text).toBeDisabled();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const sound = demo.button("Agent sound");
  await expect(sound).toHaveAttribute("aria-pressed", "true");
  await expect(demo.button("Mute")).toBeHidden();
  await sound.click();
  await expect(sound).toHaveAttribute("aria-pressed", "false");

  await demo.write("Is anybody there?");
  await expect(demo.messages).toHaveText(["YouIs anybody there?", `Agent${said.reply}`]);
  await expect(demo.text).toHaveValue("");
  expect((await session.waitFor("client.response.text")).content).toBe("Is anybody there?");
  const silent = await agentTurn(session);
  await replayFinished(session, silent);
  const silentEnd = await session.waitForSent("response.end");
  // What of the turn came with the sound on would be heard, and reported once more.
  await expect(demo.messages.last()).toHaveAttribute("data-status", "final");

  await sound.click();
  await demo.write("ועכשיו?");
  // Each text runs in the direction of its own script.
  await expect(demo.words("ועכשיו?")).toHaveCSS("direction", "rtl");
  await expect(demo.words("Is anybody there?")).toHaveCSS("direction", "ltr");
  const audible = await agentTurn(session, silentEnd);
  await replayFinished(session, audible);
  expect(reportedTurns(session)).toEqual([silent, audible]);
  const { samples, sampleRate } = await heard(demo.page);
  expect(audibleMs(samples, sampleRate)).toBeGreaterThan(300);
  expect(session.received.audio).toHaveLength(0);
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);
});

test("muted, nothing that is said leaves the page; unmuted, it does", async ({ openScripted, nextSession }) => {
  const hidden = await sentence("Between us.");
  const meant = await sentence("For the agent.");
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");

  const mute = demo.button("Mute");
  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "true");
  await expect(demo.words("You are muted")).toBeVisible();
  await speak(demo.page, hidden);
  // The microphone of the tests is silent to the last bit.
  expect(loudest(session.received.audio)).toBe(0);
  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "false");
  await speak(demo.page, meant);
  await session.waitForSent("user.transcript");
  expect(loudest(session.received.audio)).toBeGreaterThan(1000);
});

test("a new conversation begins empty, with the switches as they were", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await expect(demo.button("New conversation")).toBeDisabled();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await demo.button("Agent sound").click();
  await demo.volume.fill("0.5");
  await demo.write("One.");
  await expect(demo.messages).toHaveCount(2);

  // While connected it is connected at once.
  await demo.button("New conversation").click();
  const second = await nextSession();
  expect(second.conversationId).not.toBe(first.conversationId);
  await expect(demo.messages).toHaveCount(0);
  await expect(demo.conversationId).toHaveText(second.conversationId);
  await expect(demo.panel.getByRole("radio", { name: "Typing only" })).toBeChecked();
  await expect(demo.button("Agent sound")).toHaveAttribute("aria-pressed", "false");
  await expect(demo.volume).toHaveValue("0.5");
  await demo.write("Two.");
  await expect(demo.messages).toHaveText(["YouTwo.", `Agent${said.reply}`]);

  await demo.button("End").click();
  await demo.button("New conversation").click();
  await expect(demo.button("Start conversation")).toBeVisible();
  await expect(demo.conversationId).toHaveText("none yet");
});

test("with ?defer nothing of the sound is touched before it is turned on", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved", query: "&defer", prepare: countMicrophoneRequests.install });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await demo.write("Can you read this?");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);

  const turnOn = demo.button("Turn on microphone and sound");
  await turnOn.click();
  await session.waitFor("client.audio");
  await expect(turnOn).toBeHidden();
  expect(await countMicrophoneRequests.read(demo.page)).toBe(1);

  // It stays on in the next conversation.
  await demo.button("New conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await expect(turnOn).toBeHidden();
});

/** Records from now on what the page shows for a moment only: messages as they grow, and what is going on. */
async function recordPassing(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>();
    const look = () => {
      seen.add(document.querySelector(".activity")?.textContent ?? "");
      for (const item of document.querySelectorAll<HTMLElement>("[data-role]"))
        seen.add(`${item.dataset.role} ${item.dataset.status}`);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    Object.assign(globalThis, { readPassing: () => [...seen] });
  });
  return () => page.evaluate(() => (globalThis as unknown as { readPassing(): string[] }).readPassing());
}

/** The largest sample, without its sign. */
function loudest(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
