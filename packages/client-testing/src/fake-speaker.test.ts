import { expect, test } from "vitest";
import { FakePausableSpeaker, FakeSpeaker } from "./fake-speaker.js";

test("a pausable one keeps every call in one order", async () => {
  const speaker = new FakePausableSpeaker();
  const changed = speaker.setDevice(null);
  speaker.devices[0]?.changing.resolve();
  await changed;
  speaker.enqueue(new Uint8Array(320), { turnId: "a1", deltaId: null });
  speaker.duck(0.5);
  speaker.pause();
  speaker.setVolume(0.25);
  speaker.resume();
  speaker.end("a1");
  const calls = ["device null", "enqueue a1 null 320", "duck 0.5", "pause", "volume 0.25", "resume", "end a1"];
  expect([speaker.done, speaker.volume]).toEqual([calls, 0.25]);
});

test("others do not have what a pausable one adds", () => {
  for (const method of ["pause", "resume", "duck"]) expect(new FakeSpeaker()).not.toHaveProperty(method);
});
