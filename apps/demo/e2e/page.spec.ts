import { readCensus } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { said } from "./agents";
import { expect, test } from "./fixtures";
import { countMicrophoneRequests } from "./microphone-requests";

test("by keyboard alone, on a small phone", async ({ open, nextSession }) => {
  const context = { viewport: { width: 360, height: 640 } };
  const demo = await open({ agent: "ag-reserved-push", context, microphone: "absent" });
  const { keyboard } = demo.page;
  const tabTo = async (name: string) => {
    for (let i = 0; i < 12; i++) {
      await keyboard.press("Tab");
      if (await demo.page.locator(":focus").evaluate((focused, name) => focused.textContent === name, name)) return;
    }
    throw new Error(`The tab key does not lead to "${name}".`);
  };

  await tabTo("Start conversation");
  await keyboard.press("Enter");
  await expect(demo.error).toContainText("There is no microphone");
  await expectFits(demo.page);
  await keyboard.press("Shift+Tab");
  await keyboard.press("Shift+Tab");
  await expect(demo.button("Continue by text")).toBeFocused();
  await keyboard.press("Enter");
  await nextSession();
  await expect(demo.text).toBeFocused();
  await keyboard.type(
    "A word as long as Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.",
  );
  await keyboard.press("Enter");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await expectFits(demo.page);
});

test("with ?defer nothing of the sound is touched before it is turned on", async ({ open, nextSession }) => {
  const demo = await open({ agent: "ag-reserved&defer", prepare: countMicrophoneRequests.install });
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.ready");
  await demo.write("Can you read this?");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);
  expect((await readCensus(demo.page)).contexts).toEqual([]);

  await demo.button("Turn on microphone and sound").click();
  await expect(demo.error).toContainText("There is no microphone");
  expect(await countMicrophoneRequests.read(demo.page)).toBe(1);
  expect((await readCensus(demo.page)).contexts).toHaveLength(1);
});

test("the meters show what is heard and move only while connected", async ({ open, nextSession }) => {
  const demo = await open();
  const meter = demo.page.getByRole("img", { name: "Loudness of the agent" });
  const silent = await meter.screenshot();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  await nextSession();
  await expect.poll(async () => (await meter.screenshot()).equals(silent)).toBe(false);
  await demo.button("End").click();
  await expect.poll(async () => (await readCensus(demo.page)).animationFrames).toEqual([]);
});

/** Nothing sticks out at the sides, and what is to be touched is large enough for a finger (WCAG 2.5.5: 44 px). */
async function expectFits(page: Page): Promise<void> {
  const { overflow, small } = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: [...document.querySelectorAll<HTMLElement>("button, a, summary, label:has(input), input[type=text]")]
      .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
      .map((target) => target.textContent),
  }));
  expect(overflow).toBe(0);
  expect(small).toEqual([]);
}
