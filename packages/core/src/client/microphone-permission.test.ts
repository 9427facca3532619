import { FakeMediaDevices } from "@layercode/client-testing";
import { stopTime } from "@layercode/client-testing/vitest";
import { describe, expect, test } from "vitest";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";

stopTime();

const denied = () => Object.assign(new Error("Not allowed."), { code: "permission-denied" });

async function connected(options: Parameters<typeof createWorld>[0] = {}) {
  const page = stubPage();
  Object.assign(navigator, { mediaDevices: new FakeMediaDevices(["Built-in"]) });
  const world = createWorld(options);
  await world.connect();
  await settle();
  return Object.assign(world, {
    page,
    shown: () => world.client.getSnapshot(),
    errors: () => world.log.filter((line) => line.startsWith("error")),
    async revoke() {
      page.permissions.change("denied");
      world.microphone.ends("permission-denied");
      await settle();
    },
    async allow() {
      await settle();
      page.permissions.change("granted");
      await settle();
    },
    async opens() {
      await settle();
      world.microphone.starts.at(-1)?.opening.resolve();
      await settle();
    },
  });
}

describe("the permission for the microphone", () => {
  test("taken back in mid-call: one error, and the talk goes on by text", async () => {
    const { client, shown, revoke, errors, socket } = await connected();
    await revoke();
    expect(shown()).toMatchObject({ status: "connected", audioInput: false, error: { code: "permission-denied" } });
    await client.sendClientResponseText("Still here.");
    expect([errors(), socket.types.at(-1)]).toEqual([["error permission-denied"], "client.response.text"]);
  });

  test("given again: the microphone opens by itself, and the error is gone", async () => {
    const { client, shown, microphone, page, revoke, allow, opens, errors } = await connected();
    await revoke();
    page.permissions.change("prompt");
    await settle();
    expect(microphone.starts).toHaveLength(1);
    await allow();
    await opens();
    expect(shown()).toMatchObject({ audioInput: true, error: null });
    expect([microphone.live, errors(), page.permissions.listeners]).toEqual([true, ["error permission-denied"], 0]);
    await revoke();
    await allow();
    await opens();
    expect([microphone.live, microphone.starts.length]).toEqual([true, 3]);
    await client.disconnect();
  });

  test("given again after setAudioInput(true) was refused: it is on as it was asked for", async () => {
    const { client, shown, microphone, allow, opens } = await connected({ audioInput: false });
    const on = client.setAudioInput(true);
    await settle();
    microphone.starts[0]!.opening.reject(denied());
    await expect(on).rejects.toMatchObject({ code: "permission-denied" });
    await allow();
    await opens();
    expect([microphone.live, shown().audioInput, shown().error]).toEqual([true, true, null]);
  });

  test("given again, and the app has switched the microphone meanwhile: that counts", async () => {
    const { client, microphone, page, revoke, allow, opens } = await connected();
    await revoke();
    await client.setAudioInput(false);
    expect(page.permissions.listeners).toBe(0);
    await allow();
    expect(microphone.starts).toHaveLength(1);
    void client.setAudioInput(true);
    await opens();
    expect(microphone.live).toBe(true);
  });

  test("given again while muted with release: the error is gone, and nothing opens", async () => {
    const { client, shown, microphone, allow } = await connected();
    client.mute({ release: true });
    const unmuted = client.unmute();
    await settle();
    microphone.starts.at(-1)!.opening.reject(denied());
    await expect(unmuted).rejects.toMatchObject({ code: "permission-denied" });
    await allow();
    expect(shown()).toMatchObject({ error: null, isMuted: true, audioInput: true });
    expect(microphone.starts).toHaveLength(2);
  });

  test("is waited for only in a session, and only where it is missing", async () => {
    const { client, page, microphone, revoke, allow } = await connected();
    expect(page.permissions.listeners).toBe(0);
    await revoke();
    expect(page.permissions.listeners).toBe(1);
    await client.disconnect();
    expect(page.permissions.listeners).toBe(0);
    await allow();
    expect(microphone.starts).toHaveLength(1);
  });
});
