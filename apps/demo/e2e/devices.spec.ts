import type { MockSession } from "@layercode/mock-server";
import type { Page } from "@playwright/test";
import { said } from "./agents.js";
import { expect, test } from "./fixtures.js";

// Devices come and go as a test says: no browser lets a test plug one in. Each gives one constant, so that what the
// server received tells from which one it is.

interface Plug {
  /** These are there now, the system's choice first; what is gone ends. */
  change(...labels: string[]): void;
  live(): string[];
}

declare global {
  var plug: Plug;
}

const levels: Record<string, number> = { "Built-in": 0.125, USB: 0.25, Headset: 0.5 };

async function pluggable(page: Page): Promise<void> {
  await page.addInitScript((levels) => {
    let there = ["Built-in", "USB"];
    const opened = new Set<{ label: string; track: MediaStreamTrack }>();
    const info = (deviceId: string, label: string, groupId: string) => {
      const fields = { kind: "audioinput", deviceId, label, groupId } as const;
      return { ...fields, toJSON: () => fields };
    };
    // As Chromium lists them: the system's choice a second time, under a name of its own.
    MediaDevices.prototype.enumerateDevices = async () => [
      ...there.slice(0, 1).map((label) => info("default", `Default - ${label}`, label)),
      ...[...there].sort().map((label) => info(`id of ${label}`, label, label)),
    ];
    let context: AudioContext | undefined;
    MediaDevices.prototype.getUserMedia = async (constraints) => {
      const { deviceId } = Object(constraints?.audio) as MediaTrackConstraints;
      const { exact } = Object(deviceId) as ConstrainDOMStringParameters;
      const asked = exact ?? deviceId;
      const chosen = there.find((one) => `id of ${one}` === asked);
      if (exact !== undefined && chosen === undefined) throw new OverconstrainedError("deviceId");
      const label = chosen ?? there[0];
      if (label === undefined) throw new DOMException("Requested device not found", "NotFoundError");
      context ??= new AudioContext();
      const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      const source = new ConstantSourceNode(context, { offset: levels[label] ?? 0 });
      source.connect(destination);
      source.start();
      const [track] = destination.stream.getAudioTracks();
      if (!track) throw new Error("no track");
      const id = `id of ${label}`;
      track.getSettings = () => ({ deviceId: id === asked ? id : "default" });
      opened.add({ label, track });
      return destination.stream;
    };
    globalThis.plug = {
      change(...labels) {
        there = labels;
        for (const { label, track } of opened) {
          if (labels.includes(label) || track.readyState === "ended") continue;
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }
        navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      },
      live: () => [...opened].filter(({ track }) => track.readyState === "live").map(({ label }) => label),
    };
  }, levels);
}

/** Waits until the server hears that device, and the page holds no other. */
async function heardFrom(page: Page, session: MockSession, label: string): Promise<void> {
  const device = () => {
    const level = (session.received.audio.at(-1) ?? 0) / 32768;
    return Object.keys(levels).find((one) => Math.abs((levels[one] ?? 0) - level) < 0.02) ?? `a level of ${level}`;
  };
  await expect.poll(device).toBe(label);
  await expect.poll(() => page.evaluate(() => plug.live())).toEqual([label]);
}

test("a session outlives its microphone: unplugged, back again, none left, and wherever the system goes", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-reserved", prepare: pluggable });
  const { page } = demo;
  const change = (...labels: string[]) => page.evaluate((labels) => plug.change(...labels), labels);
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  await heardFrom(page, session, "Built-in");

  // The system prefers another one; nothing of ours was unplugged.
  await change("USB", "Built-in");
  await heardFrom(page, session, "USB");

  // A chosen one stays chosen while it is away.
  await change("Built-in", "Headset");
  await heardFrom(page, session, "Built-in");
  await demo.microphone.selectOption({ label: "Headset" });
  await heardFrom(page, session, "Headset");
  await change("Built-in");
  await heardFrom(page, session, "Built-in");
  await expect(demo.microphone).toHaveValue(/^(id of Headset)?$/);
  await change("Built-in", "Headset");
  await heardFrom(page, session, "Headset");
  await expect(demo.microphone).toHaveValue("id of Headset");
  await expect(demo.error).toBeHidden();

  await change();
  await expect(demo.error).toContainText("There is no microphone");
  await expect(demo.status).toHaveText("Connected");
  await demo.write("Then I write.");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);

  await change("USB");
  await heardFrom(page, session, "USB");
  await expect(demo.error).toBeHidden();
  await demo.button("End").click();
  await expect.poll(() => page.evaluate(() => plug.live())).toEqual([]);
});
