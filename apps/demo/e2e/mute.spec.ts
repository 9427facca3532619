import type { Page } from "@playwright/test";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";
import { stubbedMicrophone } from "./stubbed-microphone.js";

/** What the page's client is told by the app. */
function call(page: Page, method: "mute" | "unmute", options: object = {}): Promise<unknown> {
  return page.evaluate(([method, options]) => panels[0]?.client?.[method](options), [method, options] as const);
}

test("muted with release the microphone is the system's again; the talk goes on, and unmute() opens it", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: stubbedMicrophone.install });
  const { page } = demo;
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  await call(page, "mute", { release: true });
  await expect.poll(() => stubbedMicrophone.live(page)).toBe(0);
  await expect(demo.words("You are muted")).toBeVisible();
  await demo.write("Then I write.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);

  // A device that comes is opened for nobody.
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event("devicechange")));
  session.close(1011);
  const next = await nextSession();
  await next.waitFor("client.ready");
  await expect(demo.status).toHaveText("Connected");
  expect(await stubbedMicrophone.live(page)).toBe(0);
  expect(next.received.audio.length).toBe(0);

  await stubbedMicrophone.refuse(page, "NotAllowedError");
  await expect(call(page, "unmute")).rejects.toThrow();
  await expect(demo.error).toBeVisible();
  await expect(demo.words("You are muted")).toBeVisible();
  await stubbedMicrophone.refuse(page, null);
  await call(page, "unmute");
  await next.waitFor("client.audio");
  expect(await stubbedMicrophone.live(page)).toBe(1);
});
