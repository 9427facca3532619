import type { Page } from "@playwright/test";
import { said } from "../agents.js";
import { agentTurn, replayFinished } from "../wire.js";
import { expect, test } from "./contract.js";

test("the words that have still to be heard stand back, until all is heard", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  const seen = await recordWordsAhead(demo.page);
  await demo.write("Is anybody there?");
  await replayFinished(session, await agentTurn(session));
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await expect(demo.messages.last().locator("[data-ahead]")).toHaveCount(0);
  // From all of it to nothing, word by word, and never back.
  const { ahead, texts } = await seen();
  expect(ahead[0]).toBe(said.reply);
  expect(ahead.at(-1)).toBe("");
  expect(ahead.length).toBeGreaterThan(2);
  for (const [index, now] of ahead.entries()) expect(ahead[index - 1] ?? now).toContain(now);
  // The texts stay as they are meanwhile, or a screen reader would read every word.
  expect(texts).toEqual([said.reply]);
});

/** Records what of the agent's words is marked as not heard yet, and what they were altogether, once there are some. */
async function recordWordsAhead(page: Page): Promise<() => Promise<{ ahead: string[]; texts: string[] }>> {
  await page.evaluate(() => {
    const ahead: string[] = [];
    const texts: string[] = [];
    const note = (all: string[], text: string) => {
      if (all.at(-1) !== text) all.push(text);
    };
    const look = () => {
      const place = document.querySelector("[data-role=assistant] .text");
      if (!place?.textContent) return;
      note(texts, place.textContent);
      note(ahead, [...place.querySelectorAll("[data-ahead]")].map(({ textContent }) => textContent).join(""));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    Object.assign(globalThis, { readWordsAhead: () => ({ ahead, texts }) });
  });
  return () =>
    page.evaluate(() =>
      (globalThis as unknown as { readWordsAhead(): { ahead: string[]; texts: string[] } }).readWordsAhead(),
    );
}
