import { readFile } from "node:fs/promises";
import { toFloat } from "@layercode/browser-testing";
import { audibleMs } from "../sounds.js";
import { agentTurn, replayFinished } from "../wire.js";
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
