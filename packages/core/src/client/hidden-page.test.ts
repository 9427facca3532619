import { FakeMicrophone } from "@layercode/client-testing";
import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test } from "vitest";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";
import type { LayercodeClientOptions } from "../index.js";

stopTime();

async function connected(options: Partial<LayercodeClientOptions>) {
  const page = stubPage();
  const microphone = new FakeMicrophone();
  const world = createWorld(options, undefined, { microphone });
  microphone.permission = "granted";
  await world.connect();
  await settle();
  return Object.assign(world, {
    page,
    microphone,
    shown: () => world.client.getSnapshot(),
    async hides() {
      page.hide();
      await settle();
    },
    async isSeen() {
      page.show();
      await settle();
    },
  });
}

describe("a page that is hidden", () => {
  test("goes on unless the app says otherwise", async () => {
    const { microphone, shown, hides } = await connected({});
    await hides();
    expect([microphone.live, shown().isMuted, shown().status]).toEqual([true, false, "connected"]);
  });

  test("is muted where the app wants that: the microphone is given back, and opened when the page is seen", async () => {
    const { microphone, shown, hides, isSeen, client } = await connected({ onHidden: "mute" });
    await hides();
    expect([microphone.live, shown().isMuted, shown().status]).toEqual([false, true, "connected"]);
    await client.sendClientResponseText("Still here.");
    await isSeen();
    expect([microphone.live, shown().isMuted, microphone.starts.length]).toEqual([true, false, 2]);
    await hides();
    await isSeen();
    expect([microphone.live, shown().isMuted, microphone.starts.length]).toEqual([true, false, 3]);
  });

  test.each([[{}], [{ hint: true }], [{ release: true }]])(
    "that the user has muted before, by mute(%o), stays as it is when it is seen again",
    async (how) => {
      const { microphone, shown, hides, isSeen, client } = await connected({ onHidden: "mute" });
      client.mute(how);
      await hides();
      await isSeen();
      expect([microphone.starts.length, shown().isMuted, microphone.live]).toEqual([1, true, !("release" in how)]);
    },
  );

  test("whoever mutes or unmutes meanwhile has the last word", async () => {
    const { microphone, shown, hides, isSeen, client } = await connected({ onHidden: "mute" });
    await hides();
    client.mute();
    await isSeen();
    expect([microphone.live, shown().isMuted]).toEqual([false, true]);
    await client.unmute();
    await hides();
    await client.unmute();
    expect([microphone.live, shown().isMuted]).toEqual([true, false]);
    await isSeen();
    expect([microphone.live, shown().isMuted, microphone.starts.length]).toEqual([true, false, 3]);
  });

  test("a microphone that is refused when the page is seen again is an error, and stays muted", async () => {
    const { microphone, shown, hides, isSeen, client, log } = await connected({ onHidden: "mute" });
    await hides();
    microphone.permission = "prompt";
    await isSeen();
    microphone.starts.at(-1)!.opening.reject(Object.assign(new Error("No."), { code: "device-in-use" }));
    await settle();
    expect(shown()).toMatchObject({ isMuted: true, audioInput: true, error: { code: "device-in-use" } });
    expect(log.filter((line) => line.startsWith("error"))).toEqual(["error device-in-use"]);
    microphone.permission = "granted";
    await client.unmute();
    expect([microphone.live, shown().isMuted]).toEqual([true, false]);
  });

  test("what the page has muted is not muted in the next session", async () => {
    const world = await connected({ onHidden: "mute" });
    await world.hides();
    await world.client.disconnect();
    expect(world.shown().isMuted).toBe(false);
    world.page.visible = true;
    await world.connect();
    expect([world.microphone.live, world.shown().isMuted]).toEqual([true, false]);
  });

  test("ends the session where the app wants that, and says so", async () => {
    const ended: unknown[] = [];
    const world = await connected({ onHidden: "end", onDisconnect: (why) => void ended.push(why) });
    await world.hides();
    expect(ended).toEqual([{ by: "page" }]);
    expect(world.shown()).toMatchObject({ status: "disconnected", endReason: { by: "page" }, error: null });
    expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
    expect(world.page.listeners).toBe(0);
  });

  test("a page that is hidden when it is connected counts as well", async () => {
    const page = stubPage();
    page.hide();
    const world = createWorld({ onHidden: "end" });
    await world.connect();
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({ status: "disconnected", endReason: { by: "page" } });
    expect(page.listeners).toBe(0);
  });
});
