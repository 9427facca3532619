import {
  answerMicrophone,
  type Census,
  createTcpProxy,
  describeLeft,
  installScriptedMicrophone,
  readCensus,
} from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { said } from "./agents.js";
import type { DemoPage } from "./demo-page.js";
import { expect, test } from "./fixtures.js";
import { holdWorklets, releaseWorklets } from "./held-worklets.js";
import { agentTurn, replayFinished } from "./wire.js";

test("the same conversation twice in one page, and nothing is left of either", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted();
  const before = await censusAtRest(demo.page);
  const ids: string[] = [];
  for (const [start, answers] of [
    ["Start conversation", 2],
    ["Resume conversation", 5],
  ] as const) {
    await demo.button(start).click();
    const session = await nextSession();
    ids.push(session.conversationId);
    const welcome = await agentTurn(session);
    await replayFinished(session, welcome);
    await session.waitFor("client.audio");
    await demo.write("Is this you?");
    await expect(demo.messages.nth(answers)).toHaveText(`Agent${said.reply}`);
    await demo.button("End").click();
    await expect(demo.status).toHaveText("Not connected");
    await expectNothingLeft(demo, before);
  }
  expect(ids[1]).toBe(ids[0]);

  await demo.button("New conversation").click();
  await expect(demo.messages).toHaveCount(0);
  await demo.button("Start conversation").click();
  expect((await nextSession()).conversationId).not.toBe(ids[0]);
});

test("ended while the server is asked, nothing is left", async ({ openScripted }) => {
  const demo = await openScripted();
  const asked = demo.page.waitForRequest("**/api/authorize");
  // Nobody answers.
  await demo.page.route("**/api/authorize", () => {});
  const before = await cancelWhen(demo, asked);
  await demo.page.unroute("**/api/authorize");
  await expectUsable(demo, before);
});

test("ended while the browser asks for the microphone, nothing is left", async ({ open, nextSession }) => {
  const demo = await open({ prepare: (page) => installScriptedMicrophone(page, { answer: "hang" }) });
  const connected = nextSession();
  const before = await cancelWhen(demo, connected);
  // Allowed too late: the microphone is given back at once.
  await answerMicrophone(demo.page, { answer: "grant" });
  await expectUsable(demo, before);
});

test("ended while the socket opens, nothing is left", async ({ open, server }) => {
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const demo = await open({
    origin: `http://127.0.0.1:${proxy.port}`,
    prepare: (page) => installScriptedMicrophone(page),
  });
  // Once before: then all of the page's code is there when the way to the server is cut.
  await expectUsable(demo, await censusAtRest(demo.page));
  const socket = demo.page.waitForEvent("websocket");
  await demo.page.route("**/api/authorize", async (route) => {
    const response = await route.fetch();
    proxy.blackhole();
    await route.fulfill({ response });
  });
  const before = await cancelWhen(demo, socket);
  await demo.page.unroute("**/api/authorize");
  proxy.restore();
  await expectUsable(demo, before);
  await proxy.close();
});

test("ended while the worklets load, nothing is left", async ({ open, nextSession }) => {
  const demo = await open({
    prepare: async (page) => {
      await holdWorklets(page);
      await installScriptedMicrophone(page);
    },
  });
  const before = await cancelWhen(demo, nextSession());
  await releaseWorklets(demo.page);
  await expectUsable(demo, before);
});

test("ended in the moment of connecting, nothing is left", async ({ openScripted }) => {
  const demo = await openScripted();
  const before = await censusAtRest(demo.page);
  await clickWhen(demo.page, "connected");
  await demo.button("Start conversation").click();
  await expect(demo.button("Resume conversation")).toBeVisible();
  await expectNothingLeft(demo, before);
  await expectUsable(demo, before);
});

test("ended in the moment of starting, nothing is left", async ({ openScripted }) => {
  const demo = await openScripted();
  const before = await censusAtRest(demo.page);
  await clickWhen(demo.page, "connecting");
  await demo.button("Start conversation").click();
  await expect(demo.button("Start conversation")).toBeVisible();
  await expectNothingLeft(demo, before);
  await expectUsable(demo, before);
});

/** Starts, and cancels when that stage is reached. Returns what there was before. */
async function cancelWhen(demo: DemoPage, stage: Promise<unknown>): Promise<Census> {
  const before = await censusAtRest(demo.page);
  await demo.button(/^(Start|Resume) conversation$/).click();
  await stage;
  await expect(demo.status).toHaveText("Connecting");
  await demo.button("Cancel").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toBeHidden();
  await expectNothingLeft(demo, before);
  return before;
}

/** Whatever the stage left to come late has come: nothing is left of that either, and the next conversation works. */
async function expectUsable(demo: DemoPage, before: Census): Promise<void> {
  await demo.button(/^(Start|Resume) conversation$/).click();
  await expect(demo.status).toHaveText("Connected");
  await demo.write("Does it work now?");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expectNothingLeft(demo, before);
}

/** What is there before a conversation: the page watches for microphones, and the code that does so comes late. */
async function censusAtRest(page: Page): Promise<Census> {
  const watching = 'navigator.mediaDevices "devicechange"';
  await expect.poll(async () => (await readCensus(page)).listeners).toContain(watching);
  return await readCensus(page);
}

/** What was opened is closed, some of it in the moments that follow. */
async function expectNothingLeft(demo: DemoPage, before: Census): Promise<void> {
  await expect.poll(async () => describeLeft(await readCensus(demo.page), before)).toBe("");
}

/** Clicks the button that starts and ends in the very task in which the status is shown. */
async function clickWhen(page: Page, status: string): Promise<void> {
  await page.evaluate((wanted) => {
    const shown = document.querySelector<HTMLElement>("[role=status]");
    const watch = new MutationObserver(() => {
      if (shown?.dataset.status !== wanted) return;
      watch.disconnect();
      document.querySelector<HTMLButtonElement>("button.connect")?.click();
    });
    if (shown) watch.observe(shown, { attributes: true });
  }, status);
}
