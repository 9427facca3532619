import {
  type MonoAudio,
  resample,
  type SoundServer,
  shareHeard,
  startSoundServer,
  toFloat,
  whyNoSoundServer,
} from "@layercode/browser-testing";
import { expect, test } from "./fixtures.js";
import { audibleMs, heard, sentAudio, sentence, shareAtServer, toServer } from "./sounds.js";
import { agentTurn } from "./wire.js";

// Nothing is stubbed here: Chromium opens the microphones and loudspeakers of a PulseAudio. It is told of none that comes
// or goes: on Linux it asks udev for that, which knows no virtual device.

test.skip(whyNoSoundServer() !== null, whyNoSoundServer() ?? "");
test.setTimeout(90_000);

let sound: SoundServer;

test.beforeAll(async () => {
  sound = await startSoundServer(["Built-in", "Headset"], ["Loudspeaker", "Headphones"]);
});

test.afterAll(() => sound.close());

test("the microphone is another one in mid-sentence: what was said is heard, first by the one, then by the other", async ({
  open,
  nextSession,
}) => {
  const long = await sentence("This is a sentence that begins at one microphone, and that ends at another one.");
  const [here, there] = await Promise.all([
    sentence("Nobody listens to this microphone any more."),
    sentence("This one is listened to from now on."),
  ]);
  const demo = await open({ agent: "ag-reserved", soundServer: sound.address });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  await expect(demo.microphone.getByRole("option", { name: "Headset" })).toBeAttached();

  const received = () => session.received.audio.length;
  const before = received();
  const speaking = Promise.all([sound.speak("Built-in", long), sound.speak("Headset", long)]);
  // Two seconds of it at 8 kHz.
  await expect.poll(() => received() - before).toBeGreaterThan(16_000);
  await demo.microphone.selectOption({ label: "Headset" });
  await speaking;
  await sound.speak("Built-in", here);
  await sound.speak("Headset", there);
  await expect.poll(() => shareAtServer(there, session.received.audio)).toBeGreaterThan(0.7);
  const share = (spoken: MonoAudio, from: number, to: number) => {
    const [first, last] = [from, to].map((part) => Math.round(part * spoken.samples.length));
    const reference = resample(toFloat(spoken.samples.slice(first, last)), spoken.sampleRate, toServer);
    // Anywhere: the sound server may begin to speak into one microphone 2 s later than into the other, and then a part is
    // heard from both.
    return shareHeard(reference, session.received.audio, toServer / 4, 0.85);
  };
  const shares = [share(long, 0, 0.4), share(long, 0.6, 1), share(here, 0, 1)];
  process.stdout.write(`  heard of the beginning, the end, and of the microphone that was left: ${shares}\n`);
  for (const heard of shares.slice(0, 2)) expect(heard).toBeGreaterThan(0.5);
  expect(shares[2]).toBeLessThan(0.3);
  await expect(demo.error).toBeHidden();
});

test("the loudspeaker is another one in mid-sentence: the agent is heard on the one, then on the other", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-deaf", soundServer: sound.address });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  const stop = await Promise.all(["Loudspeaker", "Headphones"].map((name) => sound.record(name)));
  await demo.write("Go on.");
  const turnId = await agentTurn(session);
  const audible = async () => {
    const { samples, sampleRate } = await heard(demo.page);
    return audibleMs(samples, sampleRate);
  };
  await expect.poll(audible).toBeGreaterThan(1500);
  await demo.loudspeaker.selectOption({ label: "Headphones" });
  await session.waitForSent("response.end");
  await expect(demo.words("The agent is speaking")).toBeHidden();
  const [first, then] = await Promise.all(stop.map((end) => end()));
  const sent = sentAudio(session, turnId);
  const share = (recorded: MonoAudio | undefined) => shareOf(sent, recorded);
  process.stdout.write(`  heard of the agent: ${share(first)} on the first, ${share(then)} on the other\n`);
  expect(share(first)).toBeGreaterThan(0);
  expect(share(then)).toBeGreaterThan(0.3);
  expect(share(first) + share(then)).toBeGreaterThan(0.7);
  await expect(demo.error).toBeHidden();
});

/** How much of what was sent came out of a loudspeaker, in quarters of a second. */
function shareOf(sent: MonoAudio, recorded: MonoAudio | undefined): number {
  if (!recorded) return 0;
  const heard = resample(toFloat(recorded.samples), recorded.sampleRate, sent.sampleRate);
  return shareHeard(toFloat(sent.samples), heard, sent.sampleRate / 4, 0.9);
}
