import { speak } from "@layercode/browser-testing";
import type { MockSession, ReceivedMessage } from "@layercode/mock-server";
import type { Page } from "@playwright/test";
import { said } from "../agents.js";
import { mediaControls } from "../media-controls.js";
import { countMicrophoneRequests } from "../microphone-requests.js";
import { showPage } from "../page-visibility.js";
import { sentence } from "../sounds.js";
import { agentTurn, replayFinished } from "../wire.js";
import { changeOptions } from "./change-options.js";
import { expect, test } from "./contract.js";

// A component that is on the page is given other options, as by a parent that renders again.

test("agent, endpoint, conversation and metadata count at the next connect", async ({ open, nextSession, server }) => {
  const demo = await open({ agent: "ag-reserved" });
  let sessions = 0;
  const off = server.on("session", () => void sessions++);
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await changeOptions(demo.page, {
    agentId: "ag-brief",
    authorizeSessionEndpoint: "/api/authorize?another",
    metadata: { seat: 3 },
  });
  await demo.write("One.");
  await expect(demo.messages).toHaveText(["YouOne.", `Agent${said.reply}`]);
  expect(sessions).toBe(1);
  await demo.button("End").click();
  const asked = demo.page.waitForRequest("**/api/authorize?another");
  await demo.startButton.click();
  expect((await asked).postDataJSON()).toEqual({
    agent_id: "ag-brief",
    metadata: { seat: 3 },
    sdk_version: expect.any(String),
  });
  const second = await nextSession("ag-brief");
  expect(second.conversationId).not.toBe(first.conversationId);
  await expect(demo.messages).toHaveText([`Agent${said.welcome}`]);

  await changeOptions(demo.page, { agentId: "ag-reserved", conversationId: first.conversationId });
  await expect(demo.conversationId).toHaveText(second.conversationId);
  await demo.button("End").click();
  await demo.startButton.click();
  expect((await nextSession("ag-reserved")).conversationId).toBe(first.conversationId);
  await expect(demo.conversationId).toHaveText(first.conversationId);
  expect(sessions).toBe(3);
  off();
});

test("metadata may be a function: the latest is asked at each authorization", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await countWithMetadata(demo.page, "first");
  const asked = demo.page.waitForRequest("**/api/authorize");
  await demo.button("Start conversation").click();
  expect((await asked).postDataJSON()).toMatchObject({ metadata: { by: "first", time: 1 } });
  const session = await nextSession();
  await session.waitFor("client.ready");

  await countWithMetadata(demo.page, "second");
  for (const [time, lost] of [session, null].entries()) {
    const askedAgain = demo.page.waitForRequest("**/api/authorize");
    if (lost) lost.faults.drop({ how: "reset" });
    else {
      await demo.button("End").click();
      await demo.startButton.click();
    }
    expect((await askedAgain).postDataJSON()).toMatchObject({ metadata: { by: "second", time: time + 1 } });
    await nextSession();
    await expect(demo.status).toHaveText("Connected");
  }
});

test("microphone, sound and volume change at once", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  await changeOptions(demo.page, { audioInput: false, audioOutput: false, volume: 0.25 });
  await expect(demo.panel.getByRole("radio", { name: "Typing only" })).toBeChecked();
  await expect(demo.button("Agent sound")).toHaveAttribute("aria-pressed", "false");
  await expect(demo.volume).toHaveValue("0.25");
  const last = session.received.messages.at(-1)!.message;
  await changeOptions(demo.page, { audioInput: true, audioOutput: true });
  await session.waitFor("client.audio", { after: last });
  await expect(demo.button("Agent sound")).toHaveAttribute("aria-pressed", "true");
  await expect(demo.status).toHaveText("Connected");

  // A switch of the user's own stays when other options change.
  await demo.takePartBy("Typing only");
  await changeOptions(demo.page, { maxMessages: 10 });
  await expect(demo.panel.getByRole("radio", { name: "Typing only" })).toBeChecked();
});

test("whether the page detects speech changes at once: without it silence is sent, too", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted({ agent: "ag-reserved", hears: true });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  // Until the detector is loaded, everything is sent: once it has heard something, it is.
  await speak(demo.page, await sentence("Hello."));
  const isEnd = (message: ReceivedMessage) => message.type === "vad_events" && message.event === "vad_end";
  const end = await session.waitFor(isEnd, { timeoutMs: 20_000 });
  await replayFinished(session, await agentTurn(session));
  const { messages } = session.received;
  const since = messages.slice(messages.findIndex(({ message }) => message === end) + 1);
  expect(since.map(({ message }) => message.type)).not.toContain("client.audio");
  await changeOptions(demo.page, { enableVAD: false });
  await session.waitFor("client.audio", { after: end });
});

test("how a lost connection is mended, and how much of the transcript is kept, can change", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("One.");
  await expect(demo.messages).toHaveText(["YouOne.", `Agent${said.reply}`]);
  await expect(demo.words("Your turn")).toBeVisible();
  await changeOptions(demo.page, { reconnect: false, maxMessages: 3 });
  await demo.write("Two.");
  await expect(demo.messages).toHaveText([`Agent${said.reply}`, "YouTwo.", `Agent${said.reply}`]);
  session.faults.drop({ how: "reset" });
  await expect(demo.error).toContainText("The connection was lost");
  await expect(demo.status).toHaveText("Not connected");
});

test("how the server is asked, and how long it is waited for, counts at the next connect", async ({
  open,
  nextSession,
  server,
}) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.page.evaluate(() =>
    panels[0]?.start.change({
      credentials: "include",
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          headers: { "content-type": "application/json", "x-credentials": String(init?.credentials) },
        }),
    }),
  );
  let asked = demo.page.waitForRequest("**/api/authorize");
  await demo.button("Start conversation").click();
  expect((await asked).headers()).toMatchObject({ "x-credentials": "include" });
  await nextSession();
  await changeOptions(demo.page, { connectTimeout: 100 });
  await demo.button("End").click();
  server.faults.set({ authorize: { hang: true } });
  await demo.startButton.click();
  await expect(demo.error).toContainText("The server takes too long");
  server.faults.set({});

  await demo.page.evaluate(() =>
    panels[0]?.start.change({
      connectTimeout: 5000,
      authorizeSessionRequest: ({ url, body }) =>
        fetch(url, { method: "POST", headers: { "x-user": "7" }, body: JSON.stringify(body) }),
    }),
  );
  asked = demo.page.waitForRequest("**/api/authorize");
  await demo.startButton.click();
  expect((await asked).headers()).toMatchObject({ "x-user": "7" });
  await nextSession();
});

test("how the microphone is captured counts at the next connect", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved", prepare: countMicrophoneRequests.install });
  await demo.button("Start conversation").click();
  expect(await frameBytes(await nextSession())).toBe(320);
  await changeOptions(demo.page, { frameMs: 40, audioConstraints: { echoCancellation: true } });
  await demo.button("End").click();
  await demo.startButton.click();
  // 40 ms of PCM16 at 8 kHz.
  expect(await frameBytes(await nextSession())).toBe(640);
  expect(await countMicrophoneRequests.constraints(demo.page)).toMatchObject([
    { echoCancellation: false },
    { echoCancellation: true },
  ]);
});

test("the logger and its level can change", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.page.evaluate(() => {
    const lines: string[] = [];
    const log = (text: string) => void lines.push(text);
    Object.assign(globalThis, { logLines: lines });
    panels[0]?.start.change({ logLevel: "info", logger: { error: log, warn: log, info: log, debug: log } });
  });
  const lines = () => demo.page.evaluate(() => (globalThis as unknown as { logLines: string[] }).logLines.length);
  await demo.button("Start conversation").click();
  await nextSession();
  await expect(demo.status).toHaveText("Connected");
  const told = await lines();
  expect(told).toBeGreaterThan(0);
  await changeOptions(demo.page, { logLevel: "silent" });
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  expect(await lines()).toBe(told);
});

test("the screen stays on while connected, unless that is switched off", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", prepare: countWakeLocks });
  await demo.takePartBy("Typing only");
  const asked = () => demo.page.evaluate(() => (globalThis as unknown as { wakeLocks: number }).wakeLocks);
  await demo.button("Start conversation").click();
  await nextSession();
  await expect.poll(asked).toBe(1);
  await changeOptions(demo.page, { wakeLock: false });
  await demo.button("End").click();
  await demo.startButton.click();
  await nextSession();
  await expect(demo.status).toHaveText("Connected");
  expect(await asked()).toBe(1);
});

test("of two that want to be the only one, the one that connects last speaks", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", query: "&agent=ag-brief" });
  const other = demo.panelOf("ag-brief");
  for (const [panel, one] of [demo, other].entries()) {
    await changeOptions(demo.page, { exclusive: true }, panel);
    await one.takePartBy("Typing only");
    await one.button("Start conversation").click();
    await nextSession();
    await expect(one.status).toHaveText("Connected");
  }
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toContainText("Another client of this page");
  await expect(other.status).toHaveText("Connected");
});

test("what a hidden page does, and whether the system's media controls hang up, counts at the next connection", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: mediaControls.install });
  const { page } = demo;
  await demo.takePartBy("Typing only");
  await changeOptions(page, { mediaSession: false });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("One.");
  await replayFinished(session, await agentTurn(session));
  await changeOptions(page, { onHidden: "end", mediaSession: true });
  await showPage(page, "hidden");
  await showPage(page, "visible");
  await expect(demo.status).toHaveText("Connected");
  expect(await mediaControls.handled(page)).toEqual([]);

  await demo.button("End").click();
  await demo.startButton.click();
  await nextSession();
  await expect.poll(() => mediaControls.handled(page)).toEqual(["hangup", "togglemicrophone"]);
  // Its code comes after the connection.
  await expect(async () => {
    await showPage(page, "hidden");
    await expect(demo.status).toHaveText("Not connected", { timeout: 500 });
  }).toPass();
});

test("whether iOS is told that the page records counts at the next connect", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved", prepare: installAudioSession });
  const { page } = demo;
  const type = () =>
    page.evaluate(() => (navigator as Navigator & { audioSession?: { type: string } }).audioSession?.type);
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await changeOptions(page, { audioSession: false });
  expect(await type()).toBe("play-and-record");
  await demo.button("End").click();
  await expect.poll(type).toBe("auto");
  await demo.startButton.click();
  await (await nextSession()).waitFor("client.audio");
  expect(await type()).toBe("auto");
});

test("whether devices are remembered is what the component began with", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", query: "&remember", microphone: "device" });
  const stored = () => demo.page.evaluate(() => localStorage.getItem("layercode.devices"));
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await changeOptions(demo.page, { rememberDevices: false });
  const option = demo.microphone.getByRole("option", { name: "Fake Audio Input 2" });
  const id = String(await option.getAttribute("value"));
  await demo.microphone.selectOption(id);
  await expect.poll(stored).toContain(id);
  await changeOptions(demo.page, { rememberDevices: "elsewhere" });
  await demo.microphone.selectOption({ index: 0 });
  await expect.poll(stored).toBeNull();
  expect(await demo.page.evaluate(() => localStorage.length)).toBe(0);
});

/** Gives a function as metadata that says whose it is, and how often it was asked. */
function countWithMetadata(page: Page, by: string): Promise<void> {
  return page.evaluate((by) => {
    let time = 0;
    panels[0]?.start.change({ metadata: () => ({ by, time: ++time }) });
  }, by);
}

/** How long the first message of microphone audio is. */
async function frameBytes(session: MockSession): Promise<number> {
  const { content } = await session.waitFor("client.audio");
  return Buffer.from(content, "base64").length;
}

/** Counts how often the page asked for the screen to stay on. */
function countWakeLocks(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    Object.assign(globalThis, { wakeLocks: 0 });
    WakeLock.prototype.request = async () => {
      (globalThis as unknown as { wakeLocks: number }).wakeLocks++;
      return { release: async () => {} } as WakeLockSentinel;
    };
  });
}

/** Gives the browser what only WebKit has: a device with a touch screen, it is not. */
function installAudioSession(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    Object.defineProperty(navigator, "audioSession", { value: { type: "auto" } });
  });
}
