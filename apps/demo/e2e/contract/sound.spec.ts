import { speak } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { countMicrophoneRequests } from "../microphone-requests.js";
import { findHeard, heard, sentAudio, sentence } from "../sounds.js";
import { agentTurn, replayFinished } from "../wire.js";
import { expect, test } from "./contract.js";

test("the volume is how loud the agent is", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.volume.fill("0.25");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("One.");
  const first = await agentTurn(session);
  await replayFinished(session, first);
  const quiet = await heard(demo.page);

  // The same words once more.
  await demo.volume.fill("1");
  const end = await session.waitForSent("response.end");
  await demo.write("Two.");
  await replayFinished(session, await agentTurn(session, end));
  const both = await heard(demo.page);
  const loud = both.samples.subarray(quiet.samples.length);
  expect(loudest(quiet.samples)).toBeGreaterThan(0.01);
  expect(loudest(loud) / loudest(quiet.samples)).toBeCloseTo(4, 1);
});

test("the agent is heard on the loudspeaker that is chosen; one that is gone is told", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: threeLoudspeakers });
  await demo.takePartBy("Typing only");
  await expect(demo.loudspeaker.getByRole("option")).toHaveCount(4);
  await demo.loudspeaker.selectOption({ label: "Headset" });
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.ready");
  expect(await chosenSinks(demo.page)).toEqual(["headset"]);
  await demo.loudspeaker.selectOption({ label: "Unplugged" });
  await expect(demo.error).toContainText("the chosen device is gone");
  await expect(demo.loudspeaker).toHaveValue("headset");
  await expect(demo.status).toHaveText("Connected");
  await demo.loudspeaker.selectOption({ index: 0 });
  await expect.poll(() => chosenSinks(demo.page)).toEqual(["headset", "unplugged", ""]);
});

test("sound that the browser holds back waits for a click, and nothing of it is lost", async ({
  openScripted,
  nextSession,
}) => {
  const opened = openScripted({ query: "&connect", untouched: true });
  const session = await nextSession();
  await session.waitFor("client.ready");
  const demo = await opened;
  const welcome = await agentTurn(session);
  await session.waitForSent("response.end");

  await expect(demo.words("The sound is held back")).toBeVisible();
  await expect(demo.status).toHaveText("Connected");
  expect(session.received.audio).toHaveLength(0);
  await demo.button("Turn on sound").click();
  await replayFinished(session, welcome);
  await expect(demo.button("Turn on sound")).toBeHidden();
  expect(findHeard(sentAudio(session, welcome), await heard(demo.page)).likeness).toBeGreaterThan(0.95);
  await session.waitFor("client.audio");
});

test("a microphone that delivers nothing at all is noticed, until it is heard again", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.ready");
  await expect(demo.words("Your microphone is silent")).toBeVisible();
  await speak(demo.page, await sentence("Hello."));
  await expect(demo.words("Your microphone is silent")).toBeHidden();
});

test("frames, constraints and the worklet are as the page asks for", async ({ openScripted, nextSession }) => {
  const worklets: string[] = [];
  const demo = await openScripted({
    agent: "ag-reserved",
    query: "&frame=40&worklet",
    prepare: async (page) => {
      page.on("request", (request) => request.url().includes("worklet") && worklets.push(request.url()));
      await countMicrophoneRequests.install(page);
    },
  });
  await demo.button("Start conversation").click();
  const { content } = await (await nextSession()).waitFor("client.audio");
  // 40 ms of PCM16 at 8 kHz.
  expect(Buffer.from(content, "base64")).toHaveLength(640);
  expect(worklets).toEqual([expect.stringContaining(`${new URL(demo.page.url()).origin}/`)]);
  expect(await countMicrophoneRequests.constraints(demo.page)).toMatchObject([{ echoCancellation: false }]);
});

/** A browser with three loudspeakers, one of which is not there any more when it is chosen. */
async function threeLoudspeakers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const devices = ["Built-in", "Headset", "Unplugged"].map((label) => ({
      kind: "audiooutput",
      deviceId: label.toLowerCase(),
      groupId: label,
      label,
    }));
    const sinks: unknown[] = [];
    Object.assign(globalThis, { chosenSinks: sinks });
    MediaDevices.prototype.enumerateDevices = async () => devices as unknown as MediaDeviceInfo[];
    Object.assign(AudioContext.prototype, {
      setSinkId: async (id: unknown) => {
        sinks.push(id);
        if (id === "unplugged") throw new DOMException("Not there.", "NotFoundError");
      },
    });
  });
}

/** Where the page asked its sound to come out. */
function chosenSinks(page: Page): Promise<unknown[]> {
  return page.evaluate(() => (globalThis as unknown as { chosenSinks: unknown[] }).chosenSinks);
}

/** The largest sample, without its sign. */
function loudest(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
