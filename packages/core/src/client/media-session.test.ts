import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test, vi } from "vitest";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";
import type { LayercodeClientOptions } from "../index.js";

stopTime();

async function connected(page: ReturnType<typeof stubPage>, options: Partial<LayercodeClientOptions> = {}) {
  const world = createWorld(options);
  await world.connect();
  await settle();
  return Object.assign(world, { page, controls: page.mediaSession });
}

describe("the system's media controls", () => {
  test("hang up and mute while connected, and show the microphone as it is", async () => {
    const { client, controls, microphone } = await connected(stubPage());
    expect(controls).toMatchObject({ actions: ["hangup", "togglemicrophone"], playbackState: "playing" });
    expect(controls.microphoneActive).toBe(true);
    controls.press("togglemicrophone");
    expect([client.isMuted, controls.microphoneActive]).toEqual([true, false]);
    controls.press("togglemicrophone");
    expect([client.isMuted, controls.microphoneActive]).toEqual([false, true]);

    client.mute({ release: true });
    controls.press("togglemicrophone");
    await settle();
    expect(controls.microphoneActive).toBe(false);
    microphone.starts.at(-1)!.opening.resolve();
    await settle();
    expect(controls.microphoneActive).toBe(true);
    await client.setAudioInput(false);
    expect(controls.microphoneActive).toBe(false);

    controls.press("hangup");
    await settle();
    expect(client.getSnapshot()).toMatchObject({ status: "disconnected", endReason: { by: "user" } });
    expect(controls).toMatchObject({ actions: [], playbackState: "none", microphoneActive: false });
  });

  test("stay over a reconnect, and go with the session", async () => {
    const world = await connected(stubPage());
    world.socket.drop(1006);
    expect(world.controls.actions).toHaveLength(2);
    await world.comesBack();
    await settle();
    expect(world.controls.actions).toHaveLength(2);
    world.socket.drop(1000, "", true);
    await settle();
    expect(world.controls.actions).toEqual([]);
  });

  test("are left alone where the app wants that, and where the session is over before their code is there", async () => {
    const { controls, client } = await connected(stubPage(), { mediaSession: false });
    expect(controls.actions).toEqual([]);
    await client.disconnect();
    const page = stubPage();
    const world = createWorld();
    await world.connect();
    await world.client.disconnect();
    await settle();
    expect(page.mediaSession.actions).toEqual([]);
  });

  test("are the newest client's; when that ends, those of the one before", async () => {
    const page = stubPage();
    const first = await connected(page);
    const second = await connected(page);
    page.mediaSession.press("togglemicrophone");
    expect([first.client.isMuted, second.client.isMuted]).toEqual([false, true]);
    await second.client.disconnect();
    page.mediaSession.press("togglemicrophone");
    expect([first.client.isMuted, page.mediaSession.microphoneActive]).toEqual([true, false]);
    await first.client.disconnect();
    expect(page.mediaSession.actions).toEqual([]);
  });

  test("that know no such actions, or refuse, disturb nobody", async () => {
    const page = stubPage();
    const refuses = () => {
      throw new TypeError("Not an action.");
    };
    vi.spyOn(page.mediaSession, "setActionHandler").mockImplementation(refuses);
    vi.spyOn(page.mediaSession, "setMicrophoneActive").mockImplementation(refuses);
    const { client, controls } = await connected(page);
    expect([client.status, controls.playbackState]).toEqual(["connected", "playing"]);
    await client.disconnect();
    expect(controls.playbackState).toBe("none");

    vi.spyOn(page.mediaSession, "setMicrophoneActive").mockRejectedValue(new Error("Hidden."));
    const again = await connected(page);
    expect(again.client.status).toBe("connected");
    await again.client.disconnect();
  });
});
