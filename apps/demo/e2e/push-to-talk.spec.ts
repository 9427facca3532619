import { concatenate, type MonoAudio, readCensus, silence, speak, toFloat } from "@layercode/browser-testing";
import type { MockSession, ReceivedMessage } from "@layercode/mock-server";
import { said } from "./agents.js";
import type { DemoPage } from "./demo-page.js";
import { expect, type Fixtures, test } from "./fixtures.js";
import { audibleMs, sentence, shareAtServer, tone } from "./sounds.js";
import { agentTurn, received, replayFinished } from "./wire.js";

test("holding the button sends what is said while it is held, and nothing from before", async ({
  openScripted,
  nextSession,
}) => {
  const before = await sentence("Nobody shall hear these words.");
  const during = await sentence("This is what I wanted to say.");
  const { demo, session } = await start({ openScripted, nextSession });
  await speak(demo.page, before);
  expect(received(session)).toEqual(["client.ready"]);

  const box = await demo.pushToTalk.boundingBox();
  await demo.page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await demo.page.mouse.down();
  await session.waitFor("trigger.turn.start");
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
  await speak(demo.page, during);
  // A hand that slides off the button still holds it.
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
  expect(shareAtServer(during, session.received.audio)).toBeGreaterThan(0.7);
  expect(shareAtServer(before, session.received.audio)).toBeLessThan(0.3);
});

test("what was captured of the last frame before the release is sent too", async ({ openScripted, nextSession }) => {
  const { demo, session } = await start({ openScripted, nextSession });
  await demo.pushToTalk.focus();
  for (const key of ["Space", "Enter"]) {
    const pressed = session.waitFor("trigger.turn.start", after(session));
    await demo.page.keyboard.down(key);
    let last: ReceivedMessage = await pressed;
    // The first frame may be a part of one: it begins at the press.
    for (let frame = 1; frame <= 3; frame++) last = await session.waitFor("client.audio", { after: last });
    await demo.page.keyboard.up(key);
    await session.waitFor("trigger.turn.end", { after: await pressed });
  }
  // A release falls between two frames: what was captured of the last one is sent too. By chance, once in 160, it is whole.
  // The second press interrupts the answer to the first, which is reported whenever its sound has faded: also here.
  const held = session.received.messages
    .map(({ message }) => message)
    .filter(({ type }) => type !== "trigger.response.audio.replay_finished");
  const tails = held.flatMap((message, i) =>
    message.type === "client.audio" && held[i + 1]?.type === "trigger.turn.end" ? [message.content.length] : [],
  );
  expect(tails).toHaveLength(2);
  expect(Math.min(...tails)).toBeLessThan(wholeFrame);
});

test("a tone from just before the press never reaches the server; one while the button is held does, all of it", async ({
  openScripted,
  nextSession,
}) => {
  const { demo, session } = await start({ openScripted, nextSession });
  await demo.pushToTalk.focus();
  // A scripted microphone hears what was spoken a few buffers later.
  await speak(demo.page, withSilence(tone(600, 0.4)));
  await demo.page.keyboard.down("Space");
  await session.waitFor("trigger.turn.start");
  await speak(demo.page, withSilence(tone(1500, 0.4)));
  await demo.page.keyboard.up("Space");
  await session.waitFor("trigger.turn.end");

  const pcm = toFloat(session.received.audio);
  const [before, during] = [powerAt(600, pcm), powerAt(1500, pcm)];
  expect(10 * Math.log10(before / during)).toBeLessThan(-40);
  expect(Math.abs(audibleMs(pcm, 8000) - 400)).toBeLessThan(15);
});

test("ended while the button is held, nothing is left, and the conversation can be resumed", async ({
  openScripted,
  nextSession,
}) => {
  const { demo, session } = await start({ openScripted, nextSession });
  await demo.pushToTalk.focus();
  await demo.page.keyboard.down("Space");
  await session.waitFor("client.audio");
  // By a click that the page makes itself: a pointer would let go of what it holds.
  await demo.button("End").evaluate((button) => (button as HTMLElement).click());
  await expect(demo.status).toHaveText("Not connected");
  await expect.poll(() => session.closed).toBe(true);
  await demo.page.keyboard.up("Space");
  // The server may know of the close before the page does.
  const left = async () => {
    const { tracks, sockets, contexts, timers } = await readCensus(demo.page);
    return { tracks, sockets, contexts, timers };
  };
  await expect.poll(left).toEqual({ tracks: [], sockets: [], contexts: [], timers: [] });
  expect(received(session).filter((type) => type === "trigger.turn.start")).toHaveLength(1);

  await demo.button("Resume conversation").click();
  const again = await nextSession();
  await again.waitFor("client.ready");
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "false");
  await demo.write("Does it work?");
  await expect(demo.messages.last()).toContainText(said.reply);
  expect(received(again)).not.toContain("client.audio");
});

/** The sound, and 150 ms of silence. */
function withSilence(sound: MonoAudio): MonoAudio {
  return concatenate(sound, silence(0.15, sound.sampleRate));
}

/** The power of one frequency in sound of 8000 Hz: one value of its Fourier transform. */
function powerAt(frequency: number, samples: ArrayLike<number>): number {
  const step = (2 * Math.PI * frequency) / 8000;
  let [cosine, sine] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    cosine += (samples[i] ?? 0) * Math.cos(step * i);
    sine += (samples[i] ?? 0) * Math.sin(step * i);
  }
  return cosine ** 2 + sine ** 2;
}

/** Characters of base64 for 20 ms of PCM16 at 8000 Hz. */
const wholeFrame = 428;

/** Only what comes from now on. */
function after(session: MockSession): { after: ReceivedMessage } {
  return { after: session.received.messages.at(-1)!.message };
}

async function start({ openScripted, nextSession }: Needed): Promise<{ demo: DemoPage; session: MockSession }> {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await expect(demo.pushToTalk).toBeVisible();
  return { demo, session };
}

type Needed = Pick<Fixtures, "openScripted" | "nextSession">;
