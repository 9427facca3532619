import { installScriptedMicrophone, speak } from "@layercode/browser-testing";
import { expect, test } from "./fixtures";
import { likenessAtServer, sentence } from "./sounds";
import { userTurnOpened } from "./wire";

test("muted, nothing that is said leaves the page; unmuted, it does", async ({ open, nextSession }) => {
  const hidden = await sentence("This stays between the two of us.");
  const meant = await sentence("And this is for the agent.");
  const demo = await open({ agent: "ag-reserved", prepare: (page) => installScriptedMicrophone(page) });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");

  const mute = demo.button("Mute");
  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "true");
  await expect(demo.page.getByText("You are muted")).toBeVisible();
  await speak(demo.page, hidden);

  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "false");
  await speak(demo.page, meant);
  await userTurnOpened(session);
  await session.waitForSent("user.transcript");
  expect(likenessAtServer(meant, session.received.audio)).toBeGreaterThan(0.95);
  expect(likenessAtServer(hidden, session.received.audio)).toBeLessThan(0.5);
});
