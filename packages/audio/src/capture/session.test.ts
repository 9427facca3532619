import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AudioEngine } from "../audio-engine.js";
import { createMicrophone } from "../microphone.js";
import type { RecorderCommand } from "../worklets/messages.js";

/** A track of which the test says what becomes of it. */
class FakeTrack extends EventTarget {
  readyState = "live";
  muted = false;
  enabled = true;
  constructor(readonly device: string) {
    super();
  }
  stop = () => {
    this.readyState = "ended";
  };
  sampleRate = 48_000;
  getSettings = () => ({ sampleRate: this.sampleRate });
  end(): void {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }
}

let tracks: FakeTrack[];
/** What the recorders were told, in its order. */
let commands: RecorderCommand["type"][];
/** Called with each opening; settles when the device is there. */
let opens: (device: string) => Promise<void>;
/** Answers each flush that the recorders were asked for. */
let flush: () => void;

beforeEach(() => {
  tracks = [];
  commands = [];
  opens = async () => {};
  flush = () => {};
  const getUserMedia = async ({ audio }: { audio: { deviceId?: { exact: string } } }) => {
    const track = new FakeTrack(audio.deviceId?.exact ?? "system");
    await opens(track.device);
    tracks.push(track);
    return { getAudioTracks: () => [track], getTracks: () => [track] };
  };
  vi.stubGlobal("navigator", { vendor: "Google Inc.", mediaDevices: { getUserMedia } });
  vi.stubGlobal(
    "AudioWorkletNode",
    class extends EventTarget {
      port = {
        onmessage: null as ((event: object) => void) | null,
        postMessage: ({ type }: RecorderCommand) => {
          commands.push(type);
          if (type === "flush") flush = () => this.port.onmessage?.({ data: { type: "flushed" } });
        },
      };
      connect() {}
      disconnect() {}
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

/** As Firefox up to 150 does, in a context of 48 kHz. */
function refuseOtherRates(stream: MediaStream): void {
  if (stream.getAudioTracks()[0]?.getSettings().sampleRate !== 48_000) throw new DOMException("", "NotSupportedError");
}

/** A microphone that runs, and the codes of the errors with which it ended. */
async function running() {
  const node = { connect() {}, disconnect() {} };
  const context = Object.assign(new EventTarget(), { state: "running", currentTime: 0, destination: node });
  const engine = {
    context: Object.assign(context, {
      createMediaStreamSource(stream: MediaStream) {
        refuseOtherRates(stream);
        return { ...node, context };
      },
    }),
    load: async () => {},
    onStateChange: () => () => {},
    holdOpen() {},
  } as unknown as AudioEngine;
  const microphone = createMicrophone({ engine });
  const ended: string[] = [];
  await microphone.start({ onFrame() {}, onEnded: ({ code }) => ended.push(code) });
  return { microphone, ended };
}

test("a device that is chosen when the old one has just ended takes its place, however long it takes to open", async () => {
  const { microphone, ended } = await running();
  let there = () => {};
  opens = () => new Promise((resolve) => (there = resolve));
  tracks[0]!.end();
  const change = microphone.setDevice("b").then(
    () => "changed",
    ({ code }) => code,
  );
  // Why the old one ended is known then.
  await vi.dynamicImportSettled();
  there();
  expect([await change, ended]).toEqual(["changed", []]);
  expect(tracks.map(({ device, readyState }) => `${device} ${readyState}`)).toEqual(["system ended", "b live"]);
  tracks[1]!.end();
  await vi.waitFor(() => expect(ended).toEqual(["device-not-found"]));
});

test("of several that are chosen then, the last takes its place", async () => {
  const { microphone, ended } = await running();
  const there: (() => void)[] = [];
  opens = () => new Promise((resolve) => there.push(resolve));
  tracks[0]!.end();
  const codes: string[] = [];
  const changes = ["b", "c"].map((device) =>
    microphone.setDevice(device).then(
      () => codes.push(device),
      ({ code }) => codes.push(code),
    ),
  );
  // Why the old one ended is known then.
  await vi.dynamicImportSettled();
  for (const open of there) open();
  await Promise.all(changes);
  expect([codes, ended]).toEqual([["aborted", "c"], []]);
});

test("a new device that ends before the old one has delivered its last frame is lost, and the old one goes on", async () => {
  const { microphone, ended } = await running();
  const change = microphone.setDevice("b").then(
    () => "changed",
    ({ code }) => code,
  );
  await vi.waitFor(() => expect(commands).toContain("flush"));
  tracks[1]!.end();
  flush();
  expect([await change, ended]).toEqual(["device-not-found", []]);
  expect(tracks.map(({ device, readyState }) => `${device} ${readyState}`)).toEqual(["system live", "b ended"]);
});

test("where no graph can be had at the new rate of the device, nothing is left of the attempt", async () => {
  const { ended } = await running();
  const contexts: string[] = [];
  vi.stubGlobal(
    "AudioContext",
    class {
      constructor() {
        contexts.push("open");
      }
      createMediaStreamSource = refuseOtherRates;
      close = async () => void contexts.push("closed");
    },
  );
  tracks[0]!.sampleRate = 16_000;
  tracks[0]!.dispatchEvent(new Event("configurationchange"));
  await vi.waitFor(() => expect(contexts).toEqual(["open", "closed"]));
  expect(ended).toEqual([]);
});
