import { speak } from "@layercode/browser-testing";
import type { MockSession, ReceivedMessage } from "@layercode/mock-server";
import { said } from "../agents.js";
import type { DemoPage } from "../demo-page.js";
import type { OpenOptions } from "../fixtures.js";
import { sentence } from "../sounds.js";
import { agentTurn, received, replayFinished } from "../wire.js";
import { expect, test } from "./contract.js";

type Start = (options?: OpenOptions) => Promise<{ demo: DemoPage; session: MockSession }>;

const contract = test.extend<{ start: Start }>({
  /** A conversation in which the agent listens only while the button is held. */
  start: async ({ openScripted, nextSession }, use) => {
    await use(async (options = {}) => {
      const demo = await openScripted({ agent: "ag-reserved-push", ...options });
      await demo.button("Start conversation").click();
      const session = await nextSession();
      await session.waitFor("client.ready");
      await expect(demo.pushToTalk).toBeVisible();
      return { demo, session };
    });
  },
});

contract("a pointer holds the button, also when it slides off", async ({ start }) => {
  const { demo, session } = await start();
  const box = await demo.pushToTalk.boundingBox();
  await demo.page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await demo.page.mouse.down();
  await session.waitFor("trigger.turn.start");
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
  await expect(demo.words("Listening to you")).toBeVisible();
  await speak(demo.page, await sentence("I want this."));
  await demo.page.mouse.move(5, 5);
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
  await demo.page.mouse.up();
  await session.waitFor("trigger.turn.end");
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "false");

  const answer = await agentTurn(session);
  await expect(demo.messages.last()).toHaveText(`Agent${said.answer}`);
  await replayFinished(session, answer);
  expect(received(session)).toEqual([
    "client.ready",
    "trigger.turn.start",
    "client.audio",
    "trigger.turn.end",
    "trigger.response.audio.replay_finished",
  ]);
});

contract("space and enter hold the button, and a repeated key is no second press", async ({ start }) => {
  const { demo, session } = await start();
  await demo.pushToTalk.focus();
  for (const key of ["Space", "Enter"]) {
    const pressed = session.waitFor("trigger.turn.start", after(session));
    await demo.page.keyboard.down(key);
    await demo.page.keyboard.down(key);
    let last: ReceivedMessage = await pressed;
    for (let frame = 1; frame <= 3; frame++) last = await session.waitFor("client.audio", { after: last });
    await demo.page.keyboard.up(key);
    await session.waitFor("trigger.turn.end", { after: await pressed });
  }
  const held = ["trigger.turn.start", "client.audio", "trigger.turn.end"];
  // The second press interrupts the answer to the first.
  expect(received(session, { without: "trigger.response.audio.replay_finished" })).toEqual([
    "client.ready",
    ...held,
    ...held,
  ]);
});

contract("a finger holds the button, until it is lifted or the system takes the touch away", async ({ start }) => {
  const { demo, session } = await start({ context: { hasTouch: true, viewport: { width: 360, height: 740 } } });
  const devtools = await demo.page.context().newCDPSession(demo.page);
  for (const end of ["touchEnd", "touchCancel"] as const) {
    await contract.step(end, async () => {
      const box = await demo.pushToTalk.boundingBox();
      const touchPoints = [{ x: box!.x + 20, y: box!.y + 20 }];
      const pressed = session.waitFor("trigger.turn.start", after(session));
      await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
      await session.waitFor("client.audio", { after: await pressed });
      await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
      await devtools.send("Input.dispatchTouchEvent", { type: end, touchPoints: [] });
      await session.waitFor("trigger.turn.end", { after: await pressed });
      await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "false");
    });
  }
});

/** What takes the hold away. */
const losses: Record<string, (demo: DemoPage) => Promise<void>> = {
  "the focus goes elsewhere": (demo) => demo.text.focus(),
  "the window loses the focus": (demo) => demo.page.evaluate(() => void window.dispatchEvent(new Event("blur"))),
  "the page is hidden": (demo) =>
    demo.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }),
  "the microphone is switched off": (demo) => demo.panel.getByRole("radio", { name: "Typing only" }).click(),
};

contract("whatever takes the hold away releases the button", async ({ start }) => {
  const { demo, session } = await start();
  for (const [name, takeAway] of Object.entries(losses)) {
    await contract.step(name, async () => {
      const pressed = session.waitFor("trigger.turn.start", after(session));
      await demo.pushToTalk.focus();
      await demo.page.keyboard.down("Space");
      await session.waitFor("client.audio", { after: await pressed });
      await takeAway(demo);
      await session.waitFor("trigger.turn.end", { after: await pressed });
      await expect(demo.panel.getByRole("button", { pressed: true, name: /^Listening/ })).toBeHidden();
      await demo.page.keyboard.up("Space");
    });
  }
});

/** Only what comes from now on. */
function after(session: MockSession): { after: ReceivedMessage } {
  return { after: session.received.messages.at(-1)!.message };
}
