import {
  type LayercodeAudioInputDevice,
  type LayercodeClient,
  listAudioInputDevices,
  type Undo,
  watchAudioInputDevices,
} from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Offers the microphones there are, and the system's choice among them. It asks for no permission. */
export function showMicrophones(panel: HTMLElement, client: LayercodeClient): Undo {
  const select = part(panel, ".microphone select", HTMLSelectElement);
  let stopped = false;

  const show = (devices: readonly LayercodeAudioInputDevice[]) => {
    if (stopped) return;
    rendered("microphone");
    select.replaceChildren(
      new Option(devices.length > 0 ? "System default microphone" : "No microphones detected", ""),
      ...devices.map(({ label, deviceId }, i) => new Option(label || `Microphone ${i + 1}`, deviceId)),
    );
    select.disabled = devices.length === 0;
    select.value = client.getSnapshot().preferredInputDeviceId ?? "";
  };
  // Before the user has allowed a microphone, browsers tell neither names nor ids.
  const list = () => listAudioInputDevices().then(show, () => show([]));
  select.addEventListener("change", () => void client.setPreferredInputDevice(select.value || null));

  const undo = [
    watchAudioInputDevices(show),
    watch(
      client,
      ({ activeInputDeviceId }) => [activeInputDeviceId],
      () => void list(),
    ),
  ];
  return () => {
    stopped = true;
    for (const stop of undo) stop();
  };
}
