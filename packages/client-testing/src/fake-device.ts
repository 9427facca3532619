/** A microphone of a list. */
export interface FakeDevice {
  kind: MediaDeviceKind;
  deviceId: string;
  groupId: string;
  label: string;
  default: boolean;
  toJSON(): Omit<FakeDevice, "toJSON">;
}

/** A microphone of a list, as it is unless `more` says otherwise: `Mic <id>`, and not the system's choice. */
export function fakeDevice(deviceId: string, more: Partial<FakeDevice> = {}): FakeDevice {
  const fields = { kind: "audioinput", deviceId, groupId: "", label: `Mic ${deviceId}`, default: false } as const;
  return { ...fields, toJSON: () => ({ ...fields, ...more }), ...more };
}
