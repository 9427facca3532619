import { readCensus } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { said } from "../agents.js";
import { countMicrophoneRequests } from "../microphone-requests.js";
import { expect, test } from "./contract.js";

test("by keyboard alone, on a small phone", async ({ open, nextSession }) => {
  const context = { viewport: { width: 360, height: 640 } };
  const demo = await open({ agent: "ag-reserved-push", context });
  const { keyboard } = demo.page;
  const tabTo = async (name: string, key = "Tab") => {
    for (let i = 0; i < 20; i++) {
      await keyboard.press(key);
      if (await demo.page.locator(":focus").evaluate((focused, name) => focused.textContent === name, name)) return;
    }
    throw new Error(`The ${key} key does not lead to "${name}".`);
  };

  await expectFits(demo.page);
  await tabTo("Start conversation");
  await keyboard.press("Enter");
  await expect(demo.error).toContainText("There is no microphone");
  await expectFits(demo.page);
  await tabTo("Continue by text", "Shift+Tab");
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

test("the meters show what is heard and move only while connected", async ({ open, nextSession }) => {
  const demo = await open();
  const meter = demo.panel.getByRole("img", { name: "Loudness of the agent" });
  const drawn = () => meter.evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());
  const silent = await drawn();
  await demo.takePartBy("Typing only");
  await demo.button("Start conversation").click();
  await nextSession();
  await expect.poll(drawn).not.toBe(silent);
  await demo.button("End").click();
  await expect.poll(async () => (await readCensus(demo.page)).animationFrames).toEqual([]);
  expect(await drawn()).toBe(silent);
});

test("a microphone can be chosen, and asking for the list never prompts", async ({ openScripted, nextSession }) => {
  const demo = await openScripted({
    agent: "ag-reserved",
    prepare: async (page) => {
      await twoMicrophones(page);
      await countMicrophoneRequests.install(page);
    },
  });
  await expect(demo.microphone.getByRole("option")).toHaveCount(3);
  expect(await countMicrophoneRequests.read(demo.page)).toBe(0);
  await demo.microphone.selectOption({ label: "Headset" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  expect(await countMicrophoneRequests.asked(demo.page)).toEqual(["headset"]);
  await expect(demo.microphone).toHaveValue("headset");
  // While it is open, another one takes its place.
  await demo.microphone.selectOption({ index: 0 });
  await expect.poll(() => countMicrophoneRequests.asked(demo.page)).toEqual(["headset", null]);

  // A new conversation keeps the choice.
  await demo.microphone.selectOption({ label: "Headset" });
  await demo.button("New conversation").click();
  await expect(demo.microphone).toHaveValue("headset");
});

/** A browser with two microphones, whose names are known. */
async function twoMicrophones(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const devices = ["Built-in", "Headset"].map((label) => ({
      kind: "audioinput",
      deviceId: label.toLowerCase(),
      groupId: label,
      label,
    }));
    MediaDevices.prototype.enumerateDevices = async () => devices as unknown as MediaDeviceInfo[];
  });
}

/** Nothing sticks out at the sides, and what is to be touched is large enough for a finger (WCAG 2.5.5: 44 px). */
async function expectFits(page: Page): Promise<void> {
  const { overflow, small } = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: [...document.querySelectorAll<HTMLElement>("button, a, summary, select, label:has(input), input[type=text]")]
      .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
      .map((target) => target.textContent),
  }));
  expect(overflow).toBe(0);
  expect(small).toEqual([]);
}
