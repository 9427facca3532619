import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.js";
import { findHeard, heard, sentAudio } from "./sounds.js";
import { agentTurn } from "./wire.js";

// Loudspeakers come and go as a test says: no browser lets a test plug one in. The headset is Chromium's own sink that
// plays nowhere, so that each switch is a real one: the context's sink is taken down and another one put up.

interface SpeakerPlug {
  /** These are there now. */
  change(...labels: string[]): void;
  /** Where the page asked its sound to come out. */
  sinks: string[];
}

declare global {
  var speakerPlug: SpeakerPlug;
}

async function pluggable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let there = ["Built-in", "Headset"];
    const sinks: string[] = [];
    MediaDevices.prototype.enumerateDevices = async () =>
      there.map((label) => {
        const fields = { kind: "audiooutput", deviceId: `id of ${label}`, label, groupId: label } as const;
        return { ...fields, toJSON: () => fields };
      });
    const { prototype } = AudioContext as unknown as {
      prototype: { setSinkId(id: string | { type: "none" }): Promise<void> };
    };
    const { setSinkId } = prototype;
    prototype.setSinkId = async function (id) {
      const label = String(id).replace("id of ", "");
      sinks.push(label);
      if (label !== "" && !there.includes(label)) throw new DOMException("Not there.", "NotFoundError");
      await setSinkId.call(this, label === "Headset" ? { type: "none" } : "");
    };
    globalThis.speakerPlug = {
      sinks,
      change(...labels) {
        there = labels;
        navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      },
    };
  });
}

test("a headset that goes in mid-sentence and comes back loses no speech", async ({ open, nextSession }) => {
  test.setTimeout(60_000);
  const demo = await open({ agent: "ag-deaf", prepare: pluggable });
  const { page } = demo;
  const change = (...labels: string[]) => page.evaluate((labels) => speakerPlug.change(...labels), labels);
  const sinks = () => page.evaluate(() => speakerPlug.sinks);
  await demo.takePartBy("Typing only");
  await expect(demo.loudspeaker.getByRole("option")).toHaveCount(3);
  await demo.loudspeaker.selectOption({ label: "Headset" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await expect.poll(sinks).toEqual(["Headset"]);

  await demo.write("Go on.");
  const turnId = await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await change("Built-in");
  await expect.poll(sinks).toEqual(["Headset", ""]);
  await expect(demo.loudspeaker).toHaveValue(/^(default)?$/);
  await change("Built-in", "Headset");
  await expect.poll(sinks).toEqual(["Headset", "", "Headset"]);
  await expect(demo.loudspeaker).toHaveValue("id of Headset");
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await expect(demo.error).toBeHidden();
  await session.waitForSent("response.end");
  await expect(demo.words("The agent is speaking")).toBeHidden();
  const sent = sentAudio(session, turnId);
  const all = await heard(page);
  // Piece by piece, because a busy machine may leave a gap between two of them.
  const length = sent.sampleRate * 0.4;
  const likenesses = Array.from({ length: Math.floor(sent.samples.length / length) }, (_, n) => {
    const samples = sent.samples.subarray(n * length, (n + 1) * length);
    return findHeard({ ...sent, samples }, all).likeness;
  });
  const found = likenesses.filter((likeness) => likeness > 0.9).length;
  process.stdout.write(`  of ${likenesses.length} pieces of 0.4 s of speech, ${found} were heard\n`);
  expect(found / likenesses.length).toBeGreaterThan(0.75);
  expect(likenesses.at(-1)).toBeGreaterThan(0.9);
});
