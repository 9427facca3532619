import { onTestFinished } from "vitest";

/** The browser's list of microphones, until the test is over. */
export function stubInputDevices(labels: string[]) {
  const listeners = new Set<() => void>();
  const stub = {
    enumerations: 0,
    failure: null as Error | null,
    get listeners() {
      return listeners.size;
    },
    change(next: string[]): void {
      labels = next;
      for (const listener of listeners) listener();
    },
  };
  const mediaDevices = {
    async enumerateDevices() {
      stub.enumerations++;
      if (stub.failure) throw stub.failure;
      return labels.map((label) => ({ kind: "audioinput", deviceId: `id of ${label}`, groupId: "", label }));
    },
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
  const before = Object.getOwnPropertyDescriptor(navigator, "mediaDevices");
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(navigator, "mediaDevices", before);
    else Reflect.deleteProperty(navigator, "mediaDevices");
  });
  return stub;
}
