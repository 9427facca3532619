import { speak } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import type { Part } from "../../src/shared/render-count.js";
import { said } from "../agents.js";
import { sentence } from "../sounds.js";
import { expect, test } from "./contract.js";

test("a callback that changes is called from then on, and never reconnects", async ({ open, nextSession, server }) => {
  const demo = await open({ agent: "ag-reserved" });
  let sessions = 0;
  const off = server.on("session", () => void sessions++);
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  const log = demo.panel.getByRole("list", { name: "Message log" }).getByRole("listitem");
  const toggle = async () => {
    await demo.panel.getByText("Message log", { exact: true }).click();
    // Browsers tell of it in a task of its own, and a framework then renders.
    await demo.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  };
  await demo.write("One.");
  await session.waitFor("trigger.response.audio.replay_finished");
  await expect(demo.words("Your turn")).toBeVisible();

  await toggle();
  await expect(log).toHaveCount(0);
  session.send({ type: "turn.end", role: "assistant", turn_id: "assistant-a" });
  await expect(log).toHaveText(["turn.end"]);
  await toggle();
  await demo.write("Two.");
  await expect(demo.messages).toHaveCount(4);
  await expect(demo.words("Your turn")).toBeVisible();
  await toggle();
  session.send({ type: "turn.end", role: "assistant", turn_id: "assistant-b" });
  await expect(log).toHaveText(["turn.end", "turn.end"]);

  await expect(demo.status).toHaveText("Connected");
  expect(sessions).toBe(1);
  expect(session.received.messages.filter(({ message }) => message.type === "client.ready")).toHaveLength(1);
  off();
});

test("while connected and idle nothing renders, however loud it is at the microphone", async ({
  openScripted,
  nextSession,
}) => {
  // The button is not held: what is said changes the meter and nothing else.
  const talk = await sentence("Hello.");
  const demo = await openScripted({ agent: "ag-reserved-push", query: "&count" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await expect(demo.pushToTalk).toBeVisible();
  await speak(demo.page, talk);
  const before = await renders(demo.page);
  expect(before.transcript).toBeGreaterThan(0);
  await observeMutations(demo.page);
  await speak(demo.page, talk);
  expect(await renders(demo.page)).toEqual(before);
  expect(await mutations(demo.page)).toEqual([]);
});

test("a piece of text renders the transcript and nothing else", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved", query: "&count" });
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  const turn_id = "assistant-1";
  session.send({ type: "turn.start", role: "assistant", turn_id });
  session.send({ type: "response.text.delta", turn_id, content: "A" });
  await expect(demo.messages).toHaveText("AgentA");
  await expect(demo.words("The agent is answering")).toBeVisible();

  const before = await renders(demo.page);
  await observeMutations(demo.page);
  for (const content of [" word", " and", " more"]) session.send({ type: "response.text.delta", turn_id, content });
  await expect(demo.messages).toHaveText("AgentA word and more");
  const { transcript = 0, ...others } = await renders(demo.page);
  const { transcript: earlier = 0, ...othersEarlier } = before;
  expect(transcript).toBeGreaterThan(earlier);
  expect(transcript).toBeLessThanOrEqual(earlier + 3);
  expect(others).toEqual(othersEarlier);
  expect(await mutations(demo.page)).toEqual(["transcript"]);
  await demo.write(said.reply);
});

/** How often each part was rendered so far: the pages count it themselves, see src/shared/render-count.ts. */
function renders(page: Page): Promise<Partial<Record<Part, number>>> {
  return page.evaluate(() => ({ ...globalThis.renderCounts }));
}

/** Watches from now on what of the document is changed, whatever a page counts. */
async function observeMutations(page: Page): Promise<void> {
  await page.evaluate(() => {
    const changed = new Set<string>();
    const record = (records: MutationRecord[]) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        changed.add(element?.closest(".transcript") ? "transcript" : (element?.outerHTML.slice(0, 80) ?? "?"));
      }
    };
    const observer = new MutationObserver(record);
    observer.observe(document.documentElement, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    Object.assign(globalThis, {
      readMutations: () => {
        record(observer.takeRecords());
        return [...changed];
      },
    });
  });
}

function mutations(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { readMutations(): string[] }).readMutations());
}
