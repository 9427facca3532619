import { probe, speak } from "@layercode/browser-testing";
import { makeOld } from "@layercode/browser-testing/old-browsers";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { findHeard, heard, sentAudio, sentence, shareAtServer } from "./sounds.js";
import { agentTurn, replayFinished } from "./wire.js";

// What Chrome 110, Firefox 115 or Safari 16 lack is taken from the page before any of its scripts runs. What their
// engines do otherwise than this one is not shown by it.

test("without what the oldest browsers lack it connects, hears and is heard", async ({ openScripted, nextSession }) => {
  const problems: string[] = [];
  const demo = await openScripted({
    async prepare(page) {
      page.on("pageerror", (error) => problems.push(error.message));
      await makeOld(page);
    },
  });
  const removed = await probe<string[]>(demo.page, "removedApis");
  // What the README's browsers failed at.
  expect(removed).toEqual(expect.arrayContaining(["URL.canParse", "Intl.Segmenter", "AbortSignal.any"]));
  expect(removed.length).toBeGreaterThan(500);

  await demo.startButton.click();
  await expect(demo.status).toHaveText("Connected");
  const session = await nextSession();
  const welcome = await agentTurn(session);
  await replayFinished(session, welcome);
  expect(findHeard(sentAudio(session, welcome), await heard(demo.page)).likeness).toBeGreaterThan(0.95);

  const spoken = await sentence("Can you hear me on this old machine?");
  await speak(demo.page, spoken);
  const answer = await agentTurn(session, await session.waitForSent("user.transcript"));
  await replayFinished(session, answer);
  expect(shareAtServer(spoken, session.received.audio)).toBeGreaterThan(0.7);
  await expect(demo.messages.nth(2)).toHaveText(`Agent${said.answer}`);
  expect(session.received.faults).toEqual([]);
  expect(problems).toEqual([]);
});
