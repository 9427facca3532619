import { concatenate, type MonoAudio, silence, speak, toFloat } from "@layercode/browser-testing";
import type { MockSession } from "@layercode/mock-server";
import type { ConsoleMessage, Page } from "@playwright/test";
import { changeOptions } from "./contract/change-options.js";
import { expect, test } from "./fixtures.js";
import { audibleMs, audibleMsOf, sentence, shareAtServer, tone } from "./sounds.js";

// A page that is busy, or not connected yet, while the user speaks: the server hears it all the same.

test("what is said while the page is busy for 3 s reaches the server, all of it", async ({
  openScripted,
  nextSession,
}) => {
  const spoken = await sentence("The page is busy, and I go on talking to it.");
  const demo = await openScripted({ agent: "ag-reserved" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  await blockWhileSpeaking(demo.page, 3000);
  const begins = demo.page.waitForEvent("console", saysBusy);
  await speak(demo.page, spoken);
  await begins;
  await expectAllHeard(spoken, session);
});

test("a press that a busy page takes late counts from when it happened", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await demo.pushToTalk.focus();
  await blockWhileSpeaking(demo.page, 3500);
  const begins = demo.page.waitForEvent("console", saysBusy);
  const quiet = silence(1.5, 16_000);
  const speaking = speak(demo.page, concatenate(tone(600, 0.5), quiet, tone(1500, 0.4), silence(0.5, 16_000)));
  await begins;
  // No event tells of the moment: it lies in the silence between the two tones, while the page is busy.
  await new Promise((resolve) => setTimeout(resolve, 1250));
  await demo.page.keyboard.down("Space");
  await speaking;
  await demo.page.keyboard.up("Space");
  await session.waitFor("trigger.turn.end");
  expect(Math.abs(audibleMs(toFloat(session.received.audio), 8000) - 400)).toBeLessThan(15);
});

test("what is said before the connection is there is sent behind it, where the page wants that", async ({
  openScripted,
  nextSession,
}) => {
  const spoken = await sentence("I began to talk before you were there.");
  const demo = await openScripted({ agent: "ag-reserved" });
  await changeOptions(demo.page, { preConnectBuffer: true, connectTimeout: 60_000 });
  let authorize = () => {};
  const authorized = new Promise<void>((resolve) => {
    authorize = resolve;
  });
  await demo.page.route("**/api/authorize", async (route) => {
    await authorized;
    await route.continue();
  });
  const opened = demo.page.evaluate(
    () =>
      // From the first frame on the microphone is heard.
      new Promise<void>((resolve) => {
        globalThis.AudioWorkletNode = class extends AudioWorkletNode {
          constructor(context: BaseAudioContext, name: string, options?: AudioWorkletNodeOptions) {
            super(context, name, options);
            if (name === "layercode-recorder") this.port.addEventListener("message", () => resolve(), { once: true });
          }
        };
      }),
  );
  await demo.button("Start conversation").click();
  await opened;
  await speak(demo.page, spoken);
  await expect(demo.status).toHaveText("Connecting");
  authorize();
  const session = await nextSession();
  await session.waitFor("client.audio");
  expect(session.received.messages[0]?.message.type).toBe("client.ready");
  await expectAllHeard(spoken, session);
});

/** All of it has come: nothing of its length is missing. A machine that does other work may make the fake microphone stutter. */
async function expectAllHeard(spoken: MonoAudio, session: MockSession): Promise<void> {
  const heardMs = () => audibleMs(toFloat(session.received.audio), 8000);
  await expect.poll(heardMs).toBeGreaterThan(0.95 * audibleMsOf(spoken));
  expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);
}

/** As soon as the microphone begins to speak, nothing else runs on the page's main thread for so many ms. */
function blockWhileSpeaking(page: Page, ms: number): Promise<void> {
  return page.evaluate((ms) => {
    const { prototype } = AudioBufferSourceNode;
    const { start } = prototype;
    prototype.start = function (...when) {
      prototype.start = start;
      start.apply(this, when);
      // biome-ignore lint/suspicious/noConsole: what tells the test while the page is still free.
      console.log("busy");
      setTimeout(() => {
        const end = performance.now() + ms;
        while (performance.now() < end);
      }, 50);
    };
  }, ms);
}

function saysBusy(message: ConsoleMessage): boolean {
  return message.text() === "busy";
}
