import { FakeSwitchableMicrophone } from "@layercode/client-testing";
import { describe, expect, test } from "vitest";
import { config, createWorld, settle } from "../../test/world.js";

const code = (name: string) => Object.assign(new Error(name), { code: name });

/** A client with a microphone that can change its device while it is open. */
async function connected() {
  const microphone = new FakeSwitchableMicrophone();
  const world = createWorld({}, config, { microphone });
  await world.connect();
  return { world, client: world.client, microphone };
}

describe("a microphone that can change its device", () => {
  test("goes on until the new device is there", async () => {
    const { client, microphone } = await connected();
    const chosen = client.setPreferredInputDevice("usb");
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", activeInputDeviceId: "built-in" });
    await settle();
    expect([microphone.live, microphone.starts.length]).toEqual([true, 1]);
    microphone.devices[0]!.changing.resolve();
    await chosen;
    expect(client.getSnapshot().activeInputDeviceId).toBe("usb");
    expect(microphone.starts).toHaveLength(1);
  });

  test("refused, it goes on with the device before, and says so once", async () => {
    const { world, client, microphone } = await connected();
    const chosen = client.setPreferredInputDevice("usb");
    await settle();
    microphone.devices[0]!.changing.reject(code("device-in-use"));
    await expect(chosen).rejects.toMatchObject({ code: "device-in-use" });
    expect(client.getSnapshot()).toMatchObject({
      status: "connected",
      audioInput: true,
      preferredInputDeviceId: null,
      activeInputDeviceId: "built-in",
      error: { code: "device-in-use" },
    });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual(["error device-in-use"]);
    expect(microphone.live).toBe(true);
  });

  test("the last of two choices wins; the first is told, and is nobody's error", async () => {
    const { world, client, microphone } = await connected();
    const first = client.setPreferredInputDevice("usb");
    const last = client.setPreferredInputDevice("headset");
    await settle();
    microphone.devices[0]!.changing.reject(code("aborted"));
    microphone.devices[1]!.changing.resolve();
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    await last;
    expect(client.getSnapshot()).toMatchObject({
      preferredInputDeviceId: "headset",
      activeInputDeviceId: "headset",
      error: null,
    });
    expect(world.log.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  test("the last of two choices is refused: the choice is the one before both", async () => {
    const { client, microphone } = await connected();
    const first = client.setPreferredInputDevice("usb");
    const last = client.setPreferredInputDevice("headset");
    await settle();
    microphone.devices[0]!.changing.reject(code("aborted"));
    microphone.devices[1]!.changing.reject(code("device-in-use"));
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    await expect(last).rejects.toMatchObject({ code: "device-in-use" });
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: null, activeInputDeviceId: "built-in" });
  });

  test("what is refused later goes back to the choice of now, also where the microphone was opened anew", async () => {
    const { client, microphone } = await connected();
    const chosen = client.setPreferredInputDevice("usb");
    await settle();
    const muted = client.setAudioInput(false);
    microphone.devices[0]!.changing.reject(code("aborted"));
    await chosen.catch(() => {});
    await muted;
    const opened = client.setAudioInput(true);
    await settle();
    microphone.starts.at(-1)!.opening.resolve();
    await opened;
    const refused = client.setPreferredInputDevice("headset");
    await settle();
    microphone.devices[1]!.changing.reject(code("device-in-use"));
    await expect(refused).rejects.toMatchObject({ code: "device-in-use" });
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", activeInputDeviceId: "usb" });
  });

  test("chosen twice, both calls wait for the outcome: the second asks anew", async () => {
    const { client, microphone } = await connected();
    const first = client.setPreferredInputDevice("usb");
    const again = client.setPreferredInputDevice("usb");
    await settle();
    expect(microphone.devices.map(({ deviceId }) => deviceId)).toEqual(["usb", "usb"]);
    microphone.devices[0]!.changing.reject(code("aborted"));
    microphone.devices[1]!.changing.reject(code("device-in-use"));
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    await expect(again).rejects.toMatchObject({ code: "device-in-use" });
    expect(client.getSnapshot().preferredInputDeviceId).toBeNull();
    // What is open already needs no asking.
    await client.setPreferredInputDevice(null);
    expect(microphone.devices).toHaveLength(2);
  });

  test("chosen twice while the microphone opens, both calls wait until it is open", async () => {
    const microphone = new FakeSwitchableMicrophone();
    const world = createWorld({}, config, { microphone });
    const connecting = world.client.connect();
    await settle();
    const chosen = [1, 2].map(() => world.client.setPreferredInputDevice("usb"));
    await settle();
    expect(microphone.deviceIds).toEqual([null, "usb"]);
    microphone.starts[1]!.opening.reject(code("device-in-use"));
    for (const call of chosen) await expect(call).rejects.toMatchObject({ code: expect.any(String) });
    await connecting.catch(() => {});
  });

  test("chosen once more while the system's choice stands in for it, it is asked for", async () => {
    const microphone = new FakeSwitchableMicrophone();
    const world = createWorld({}, config, { microphone });
    microphone.unplugged.add("usb");
    await world.client.setPreferredInputDevice("usb");
    await world.connect();
    expect(world.client.getSnapshot().activeInputDeviceId).toBe("built-in");
    microphone.unplugged.clear();
    const chosen = world.client.setPreferredInputDevice("usb");
    await settle();
    microphone.devices[0]!.changing.resolve();
    await chosen;
    expect(world.client.getSnapshot().activeInputDeviceId).toBe("usb");
    await world.client.setPreferredInputDevice("usb");
    expect(microphone.devices).toHaveLength(1);
  });

  test("chosen while the microphone opens, it is opened on that device", async () => {
    const microphone = new FakeSwitchableMicrophone();
    const world = createWorld({}, config, { microphone });
    const connecting = world.client.connect();
    await settle();
    const chosen = world.client.setPreferredInputDevice("usb");
    await settle();
    expect(microphone.starts.map(({ deviceId }) => deviceId)).toEqual([null, "usb"]);
    microphone.starts[1]!.opening.resolve();
    world.socket.open();
    await Promise.all([connecting, chosen]);
    expect(world.client.getSnapshot().activeInputDeviceId).toBe("usb");
  });

  test("closed meanwhile, nobody waits, and the choice stays for the next time", async () => {
    const { world, client, microphone } = await connected();
    const chosen = client.setPreferredInputDevice("usb");
    await settle();
    await client.disconnect();
    microphone.devices[0]!.changing.reject(code("aborted"));
    await chosen.catch(() => {});
    expect(client.getSnapshot()).toMatchObject({ preferredInputDeviceId: "usb", error: null });
    await world.connect();
    expect(microphone.starts.at(-1)?.deviceId).toBe("usb");
  });
});
