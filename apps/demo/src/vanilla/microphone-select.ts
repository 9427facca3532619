import type { LayercodeClient, Undo } from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Offers the microphones there are, and the system's choice among them. It asks for no permission. */
export function showMicrophones(panel: HTMLElement, client: LayercodeClient): Undo {
  const select = part(panel, ".microphone select", HTMLSelectElement);
  select.addEventListener("change", () => void client.setPreferredInputDevice(select.value || null));
  const undo = [
    // The devices are in the snapshot while somebody listens to this.
    client.on("devicesListed", () => {}),
    watch(
      client,
      ({ inputDevices, preferredInputDeviceId }) => [inputDevices, preferredInputDeviceId],
      (devices, chosen) => {
        rendered("microphone");
        select.replaceChildren(
          new Option(devices.length > 0 ? "System default microphone" : "No microphones detected", ""),
          ...devices.map(({ label, deviceId }, i) => new Option(label || `Microphone ${i + 1}`, deviceId)),
        );
        select.disabled = devices.length === 0;
        select.value = devices.some(({ deviceId }) => deviceId === chosen) ? (chosen ?? "") : "";
      },
    ),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
