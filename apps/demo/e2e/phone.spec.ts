import { said } from "./agents.js";
import { changeOptions } from "./contract/change-options.js";
import { expect, test } from "./fixtures.js";
import { mediaControls } from "./media-controls.js";
import { countMicrophoneRequests } from "./microphone-requests.js";
import { showPage } from "./page-visibility.js";
import { stubbedMicrophone } from "./stubbed-microphone.js";

test("a page that is hidden gives the microphone back and opens it when it is seen, or ends the session", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: stubbedMicrophone.install });
  const { page } = demo;
  await changeOptions(page, { onHidden: "mute" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  // Its code comes after the connection.
  await expect(async () => {
    await showPage(page, "hidden");
    expect(await stubbedMicrophone.live(page)).toBe(0);
  }).toPass();
  await expect(demo.words("You are muted")).toBeVisible();
  await demo.write("Then I write.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await showPage(page, "visible");
  await expect.poll(() => stubbedMicrophone.live(page)).toBe(1);
  await expect(demo.words("You are muted")).toBeHidden();

  await demo.button("End").click();
  await changeOptions(page, { onHidden: "end" });
  await demo.startButton.click();
  await (await nextSession()).waitFor("client.audio");
  await expect(async () => {
    await showPage(page, "hidden");
    await expect(demo.status).toHaveText("Not connected", { timeout: 500 });
  }).toPass();
  await expect(demo.words("ended with the page out of sight")).toBeVisible();
  expect(await stubbedMicrophone.live(page)).toBe(0);
});

test("the system's media controls mute and hang up while connected, and are given back", async ({
  open,
  nextSession,
}) => {
  const demo = await open({
    agent: "ag-reserved",
    microphone: "device",
    prepare: mediaControls.install,
  });
  const { page } = demo;
  const handled = () => mediaControls.handled(page);
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await expect.poll(handled).toEqual(["hangup", "togglemicrophone"]);
  await mediaControls.press(page, "togglemicrophone");
  await expect(demo.button("Mute")).toHaveAttribute("aria-pressed", "true");
  await mediaControls.press(page, "togglemicrophone");
  await expect(demo.button("Mute")).toHaveAttribute("aria-pressed", "false");
  expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe("playing");
  await mediaControls.press(page, "hangup");
  await expect(demo.status).toHaveText("Not connected");
  await expect.poll(handled).toEqual([]);
  expect(await page.evaluate(() => [navigator.mediaSession.playbackState, ...controls.active])).toEqual([
    "none",
    true,
    false,
    true,
    false,
  ]);
});

test("a microphone that was chosen survives a reload where the page wants that, and nothing is stored otherwise", async ({
  open,
  nextSession,
}) => {
  const demo = await open({
    agent: "ag-reserved",
    query: "&remember",
    microphone: "device",
    prepare: countMicrophoneRequests.install,
  });
  const { page } = demo;
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  const option = demo.microphone.getByRole("option", { name: "Fake Audio Input 2" });
  const id = await option.getAttribute("value");
  await demo.microphone.selectOption(String(id));
  await expect.poll(() => page.evaluate(() => localStorage.getItem("layercode.devices"))).toContain(String(id));
  await page.reload();
  await demo.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await expect(demo.microphone).toHaveValue(String(id));
  // Chromium's fake devices are all the default one: what it was asked for tells.
  await expect.poll(async () => (await countMicrophoneRequests.asked(page)).at(-1)).toBe(id);

  const forgetful = await open({ agent: "ag-reserved", microphone: "device" });
  await forgetful.button("Start conversation").click();
  await (await nextSession()).waitFor("client.audio");
  await forgetful.microphone.selectOption({ index: 1 });
  await expect.poll(() => forgetful.page.evaluate(() => localStorage.length)).toBe(0);
});
