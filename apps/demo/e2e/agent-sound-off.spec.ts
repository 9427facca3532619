import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { audibleMs, findHeard, heard, sentAudio } from "./sounds.js";
import { agentTurn, replayFinished, reportedTurns } from "./wire.js";

test("with the agent's sound off every turn is reported once and nothing is heard", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const sound = demo.button("Agent sound");
  await expect(sound).toHaveAttribute("aria-pressed", "true");
  await sound.click();
  await expect(sound).toHaveAttribute("aria-pressed", "false");

  const silent: string[] = [];
  for (const text of ["One.", "Two."]) {
    const sentBefore = session.sent.at(-1)?.message;
    await demo.write(text);
    const turn = await agentTurn(session, sentBefore);
    await session.waitForSent("response.end", sentBefore ? { after: sentBefore } : {});
    await replayFinished(session, turn);
    silent.push(turn);
  }
  await expect(demo.messages).toHaveText(["YouOne.", `Agent${said.reply}`, "YouTwo.", `Agent${said.reply}`]);

  await sound.click();
  const lastSilent = session.sent.at(-1)!.message;
  await demo.write("Three.");
  const audible = await agentTurn(session, lastSilent);
  await replayFinished(session, audible);
  expect(reportedTurns(session)).toEqual([...silent, audible]);

  const all = await heard(demo.page);
  const found = findHeard(sentAudio(session, audible), all);
  expect(found.likeness).toBeGreaterThan(0.95);
  expect(audibleMs(all.samples.subarray(0, Math.floor(found.start)), all.sampleRate)).toBe(0);
});
