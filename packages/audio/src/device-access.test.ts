import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { type DeviceAccess, followDevices } from "./device-access.js";
import { openMicrophone } from "./microphone-access.js";

afterEach(() => vi.unstubAllGlobals());

const microphone = (label: string) => ({ kind: "audioinput", deviceId: label, groupId: "", label }) as const;
const speaker = (label: string) => ({ kind: "audiooutput", deviceId: label, groupId: "", label }) as const;

/** A page's devices and permissions; the browser knows only these by name. */
function stub(listed: object[], states: Record<string, PermissionState> = {}, canChoose = true) {
  const target = new EventTarget();
  const permissions = new Map(
    Object.entries(states).map(([name, state]) => [name, Object.assign(new EventTarget(), { state })]),
  );
  const scene = {
    listed,
    permissions,
    enumerations: 0,
    failure: null as Error | null,
    change: () => target.dispatchEvent(new Event("devicechange")),
  };
  vi.stubGlobal("navigator", {
    mediaDevices: Object.assign(target, {
      async enumerateDevices() {
        scene.enumerations++;
        if (scene.failure) throw scene.failure;
        return scene.listed;
      },
      getUserMedia: async () => ({ getTracks: () => [] }),
    }),
    permissions: {
      async query({ name }: { name: string }) {
        const status = permissions.get(name);
        if (!status) throw new TypeError(name);
        return status;
      },
    },
  });
  const context = class {
    setSinkId() {}
  };
  vi.stubGlobal("AudioContext", canChoose ? context : class {});
  return scene;
}

/** Follows, and returns what was told. */
function follow() {
  const told: DeviceAccess[] = [];
  const stop = followDevices((access) => told.push(access));
  onTestFinished(stop);
  return { told, stop, times: (count: number) => vi.waitFor(() => expect(told).toHaveLength(count)) };
}

const shortened = ({ inputs, inputPermission, outputs, outputPermission }: DeviceAccess) => ({
  inputs: inputs.map(({ label }) => label),
  inputPermission,
  outputs: outputs.map(({ label }) => label),
  outputPermission,
});

test.each<[string, object[], Record<string, PermissionState>, string, string]>([
  ["names that are told", [microphone("a"), speaker("b")], { microphone: "prompt" }, "granted", "granted"],
  ["nothing that is told", [microphone(""), speaker("")], { microphone: "prompt" }, "prompt", "prompt"],
  ["a microphone that is blocked", [microphone(""), speaker("")], { microphone: "denied" }, "denied", "denied"],
  [
    "a permission of its own for outputs",
    [microphone(""), speaker("")],
    { microphone: "denied", "speaker-selection": "prompt" },
    "denied",
    "prompt",
  ],
  ["a browser that knows no permission", [microphone(""), speaker("")], {}, "prompt", "prompt"],
  ["no device at all", [], { microphone: "granted" }, "granted", "granted"],
])("%s", async (_, listed, states, inputPermission, outputPermission) => {
  stub(listed, states);
  const { told, times } = follow();
  await times(1);
  expect(told[0]).toMatchObject({ inputPermission, outputPermission });
});

test("where no output can be chosen, that is said, and none is listed", async () => {
  stub([microphone("a"), speaker("b")], {}, false);
  const { told, times } = follow();
  await times(1);
  expect(shortened(told[0]!)).toEqual({
    inputs: ["a"],
    inputPermission: "granted",
    outputs: [],
    outputPermission: "unsupported",
  });
});

test("every change is told, once: of devices, of a permission, and of the names when a microphone opens", async () => {
  const scene = stub([microphone(""), speaker("")], { microphone: "prompt" });
  const { told, stop, times } = follow();
  await times(1);
  scene.listed = [microphone("a"), speaker("b")];
  await openMicrophone();
  await times(2);
  scene.change();
  await vi.waitFor(() => expect(scene.enumerations).toBeGreaterThanOrEqual(6));
  scene.listed = [microphone(""), speaker("")];
  const permission = scene.permissions.get("microphone")!;
  permission.state = "denied";
  permission.dispatchEvent(new Event("change"));
  await times(3);
  expect(told.map(({ inputPermission }) => inputPermission)).toEqual(["prompt", "granted", "denied"]);

  stop();
  const { enumerations } = scene;
  scene.change();
  permission.dispatchEvent(new Event("change"));
  await openMicrophone();
  expect(scene.enumerations).toBe(enumerations);
});

test("what cannot be listed is told at the next change; without devices nothing happens", async () => {
  const scene = stub([microphone("a")]);
  scene.failure = new Error("not now");
  const { told, times } = follow();
  await vi.waitFor(() => expect(scene.enumerations).toBe(2));
  expect(told).toEqual([]);
  scene.failure = null;
  scene.change();
  await times(1);

  vi.stubGlobal("navigator", {});
  const nowhere = follow();
  nowhere.stop();
  expect(nowhere.told).toEqual([]);
});
