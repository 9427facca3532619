import { answerMicrophone, createTcpProxy, installScriptedMicrophone } from "@layercode/browser-testing";
import { said } from "../agents.js";
import type { DemoPage } from "../demo-page.js";
import { holdWorklets, releaseWorklets } from "../held-worklets.js";
import { expect, test } from "./contract.js";
import { expectReleased } from "./released.js";

// Closing a panel unmounts what its framework shows there, at whatever stage it is.

test("closed while idle", async ({ openScripted }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  await closeAndReopen(demo, "Start conversation");
});

test("closed while the server is asked", async ({ openScripted }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  const asked = demo.page.waitForRequest("**/api/authorize");
  // Nobody answers.
  await demo.page.route("**/api/authorize", () => {});
  await demo.button("Start conversation").click();
  await asked;
  await closeAndReopen(demo, "Start conversation", () => demo.page.unroute("**/api/authorize"));
});

test("closed while the browser asks for the microphone", async ({ open, nextSession }) => {
  const demo = await open({
    agent: "ag-reserved",
    prepare: (page) => installScriptedMicrophone(page, { answer: "hang" }),
  });
  await demo.button("Start conversation").click();
  await nextSession();
  await expect(demo.status).toHaveText("Connecting");
  // Allowed too late: the microphone is given back at once.
  await closeAndReopen(demo, "Resume conversation", () => answerMicrophone(demo.page, { answer: "grant" }));
});

test("closed while the socket opens", async ({ openScripted, server }) => {
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const demo = await openScripted({ agent: "ag-reserved", origin: `http://127.0.0.1:${proxy.port}` });
  // Once before: then all of the page's code is there when the way to the server is cut.
  await demo.button("Start conversation").click();
  await expect(demo.status).toHaveText("Connected");
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");

  const socket = demo.page.waitForEvent("websocket");
  await demo.page.route("**/api/authorize", async (route) => {
    const response = await route.fetch();
    proxy.blackhole();
    await route.fulfill({ response });
  });
  await demo.button("Resume conversation").click();
  await socket;
  await expect(demo.status).toHaveText("Connecting");
  await closeAndReopen(demo, "Resume conversation", async () => {
    await demo.page.unroute("**/api/authorize");
    proxy.restore();
  });
  await demo.button("Close").click();
  await expectReleased(demo.page);
  await proxy.close();
});

test("closed while the worklets load", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved", prepare: holdWorklets });
  await demo.button("Start conversation").click();
  await nextSession();
  await closeAndReopen(demo, "Resume conversation", () => releaseWorklets(demo.page));
});

test("closed while connected, twice", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  for (let time = 1; time <= 2; time++) {
    await (await nextSession()).waitFor("client.audio");
    await closeAndReopen(demo, "Resume conversation");
  }
});

test("closed while connected, where every end begins anew", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.page.evaluate(() => {
    const [panel] = globalThis.panels;
    let client = panel?.client;
    const comeBack = () => void client?.connect().catch(() => {});
    panel?.start.change({
      onConnect: () => {
        client = panel.client;
      },
      onDisconnect: comeBack,
      onStatusChange: (status) => status === "disconnected" && comeBack(),
    });
  });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  await close(demo);
  await expect.poll(() => session.closed).toBe(true);
});

test("closed while the agent speaks", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-talkative" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await close(demo);
  await expect.poll(() => session.closed).toBe(true);
  await demo.button("Open").click();
  await expect(demo.messages.first()).toHaveAttribute("data-status", "interrupted");
});

test("closed while the button is held", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.pushToTalk.focus();
  await demo.page.keyboard.down("Space");
  await session.waitFor("client.audio");
  await closeAndReopen(demo, "Resume conversation", () => demo.page.keyboard.up("Space"));
});

/** Closes: nothing is left, also of what comes late. Opens again: the transcript is there, and the conversation works. */
async function closeAndReopen(
  demo: DemoPage,
  start: "Start conversation" | "Resume conversation",
  late: () => Promise<unknown> = async () => {},
): Promise<void> {
  const count = await demo.messages.count();
  await close(demo);
  await late();
  await expectReleased(demo.page);

  await demo.button("Open").click();
  await expect(demo.messages).toHaveCount(count);
  await demo.button(start).click();
  await expect(demo.status).toHaveText("Connected");
  await demo.write("Does it work?");
  await expect(demo.messages).toHaveCount(count + 2);
  await expect(demo.messages.last()).toContainText(said.reply);
}

// By a click that the page makes itself: a pointer would let go of what it holds.
async function close(demo: DemoPage): Promise<void> {
  await demo.button("Close").evaluate((button) => (button as HTMLElement).click());
  await expect(demo.status).toHaveCount(0);
  await expectReleased(demo.page);
}
