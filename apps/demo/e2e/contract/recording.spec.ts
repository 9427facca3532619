import { readFile } from "node:fs/promises";
import { toFloat } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { audibleMs } from "../sounds.js";
import { agentTurn, replayFinished } from "../wire.js";
import "./change-options.js";
import { expect, test } from "./contract.js";

test("what was said can be downloaded, once the recording is stopped; with the panel it is gone", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Record").click();
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("One.");
  await replayFinished(session, await agentTurn(session));
  const link = demo.panel.getByRole("link", { name: "Download the recording" });
  await expect(link).toBeHidden();
  await demo.button("Stop recording").click();
  await expect(demo.button("Record")).toBeVisible();

  const downloading = demo.page.waitForEvent("download");
  await link.click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe("conversation.wav");
  const bytes = await readFile(await file.path());
  const right = Int16Array.from({ length: (bytes.length - 44) / 4 }, (_, i) => bytes.readInt16LE(46 + 4 * i));
  expect(audibleMs(toFloat(right), 16_000)).toBeGreaterThan(300);

  // Another one takes its place, and ends with the conversation.
  await demo.button("Record").click();
  await expect(link).toBeHidden();
  const before = session.sent.at(-1)?.message;
  await demo.write("Two.");
  await replayFinished(session, await agentTurn(session, before));
  await demo.button("End").click();
  await expect(link).toBeVisible();
});

test("one that cannot begin, and one that breaks off, are told as other failures are", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await demo.write("One.");
  await replayFinished(session, await agentTurn(session));
  await refuseScripts(demo.page, true);
  await demo.button("Record").click();
  await expect(demo.error).toContainText("The recording could not be started");
  await expect(demo.error).toContainText("recordingWorkletUrl");
  await expect(demo.button("Record")).toBeVisible();
  await demo.button("Dismiss").click();
  await expect(demo.button("Dismiss")).toBeHidden();

  // The next one takes the message away, and begins. The vanilla page keeps the words of what is hidden.
  await demo.button("Record").click();
  await expect(demo.button("Dismiss")).toBeVisible();
  await refuseScripts(demo.page, false);
  await demo.button("Record").click();
  await expect(demo.button("Dismiss")).toBeHidden();
  await expect(demo.button("Stop recording")).toBeVisible();

  // Later failures are told by the client, also of a recording that the page has not asked for.
  await demo.page.evaluate(async () => {
    const full = () => {
      throw new Error("The disk is full.");
    };
    await panels[0]?.client?.startRecording({ stream: new WritableStream({ write: full }) });
  });
  await expect(demo.error).toContainText("The recording has ended");
  await expect(demo.status).toHaveText("Connected");
});

/** Whether the browser refuses new scripts of the audio thread, as a Content-Security-Policy makes it do. */
function refuseScripts(page: Page, on: boolean): Promise<void> {
  return page.evaluate((on) => {
    const { prototype } = AudioWorklet as unknown as { prototype: { addModule?: unknown } };
    // The browser's own is of the parent class.
    if (on) prototype.addModule = () => Promise.reject(new Error("Refused."));
    else Reflect.deleteProperty(prototype, "addModule");
  }, on);
}
