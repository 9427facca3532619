import { speak } from "@layercode/browser-testing";
import { sentence } from "../sounds.js";
import { received } from "../wire.js";
import { expect, test } from "./contract.js";

test("who talks while muted is told, and nobody else hears of it", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({ agent: "ag-reserved", hears: true });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await demo.button("Mute").click();
  await expect(demo.words("You are muted")).toBeVisible();
  // What comes behind this was captured while muted.
  await demo.write("Then I write.");
  const written = await session.waitFor("client.response.text");
  // The detector has code to load: what is said before it listens is heard by nobody.
  const words = await sentence("Can you hear me now? Hello? Is anybody there?");
  const told = demo.words("You are talking while muted");
  await expect(async () => {
    await speak(demo.page, words);
    await expect(told).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(told).toBeHidden();
  await expect(demo.words("You are muted")).toBeVisible();
  const since = received(session).slice(received(session).indexOf("client.response.text"));
  expect(since.filter((type) => type === "client.audio" || type === "vad_events")).toEqual([]);

  await demo.button("Mute").click();
  await speak(demo.page, words);
  await session.waitFor("client.audio", { after: written });
});
