import { describe, expect, test } from "vitest";
import { FakeMicrophone, FakeSwitchableMicrophone } from "./fake-microphone.js";

const events = { onFrame: () => {}, onEnded: () => {} };
const signal = new AbortController().signal;
const deviceOf = ({ stream }: FakeMicrophone) => stream?.getAudioTracks()[0]?.getSettings().deviceId;

describe("a start", () => {
  test("opens at once where the permission is granted, on the system's device unless another is asked for", async () => {
    const microphone = new FakeMicrophone();
    await microphone.start(events, signal, { deviceId: null });
    expect([microphone.live, deviceOf(microphone)]).toEqual([true, "built-in"]);
    await microphone.start(events, signal, { deviceId: "usb" });
    expect([deviceOf(microphone), microphone.deviceIds]).toEqual(["usb", [null, "usb"]]);
    microphone.stop();
    expect([microphone.live, microphone.stream]).toEqual([false, null]);
  });

  test("waits for its prompt otherwise, and is refused by it or by its signal", async () => {
    const microphone = new FakeMicrophone();
    microphone.permission = "prompt";
    const start = (signal: AbortSignal) => microphone.start(events, signal, { deviceId: null });
    const refused = start(signal);
    microphone.starts[0]?.opening.reject(new Error("Denied."));
    await expect(refused).rejects.toThrow("Denied.");
    const abort = new AbortController();
    const aborted = start(abort.signal);
    abort.abort();
    microphone.starts[1]?.opening.resolve();
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    expect(microphone.live).toBe(false);
  });
});

test("only a switchable one has setDevice(), and it is the test that lets it succeed", async () => {
  expect(new FakeMicrophone()).not.toHaveProperty("setDevice");
  const microphone = new FakeSwitchableMicrophone();
  await microphone.start(events, signal, { deviceId: null });
  const switched = microphone.setDevice("usb");
  expect([microphone.devices[0]?.deviceId, deviceOf(microphone)]).toEqual(["usb", "built-in"]);
  microphone.devices[0]?.changing.resolve();
  await switched;
  expect([deviceOf(microphone), microphone.starts.length]).toEqual(["usb", 1]);
});
