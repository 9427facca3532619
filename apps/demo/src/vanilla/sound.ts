import type { LayercodeClient, Undo } from "@layercode/core";
import { loudspeakerChoice, loudspeakerName } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Where the agent is heard, how loud, and the way on where the browser holds the sound back. */
export function showSound(panel: HTMLElement, client: LayercodeClient): Undo {
  const select = part(panel, ".loudspeaker select", HTMLSelectElement);
  const volume = part(panel, ".volume input", HTMLInputElement);
  const resume = part(panel, ".resume-audio", HTMLButtonElement);
  // What is refused is told by the error event, and taken back.
  select.addEventListener("change", () => void client.setOutputDevice(select.value || null));
  volume.addEventListener("input", () => client.setVolume(volume.valueAsNumber));
  resume.addEventListener("click", () => void client.resumeAudio());

  const undo = [
    // The devices are in the snapshot while somebody listens to this.
    client.on("devicesListed", () => {}),
    watch(
      client,
      ({ outputDevices, outputPermission, outputDeviceId }) => [outputDevices, outputPermission, outputDeviceId],
      (devices, permission, chosen) => {
        rendered("sound");
        select.replaceChildren(
          new Option(loudspeakerChoice(devices, permission), ""),
          ...devices.map((device, i) => new Option(loudspeakerName(device, i), device.deviceId)),
        );
        select.disabled = devices.length === 0;
        select.value = devices.some(({ deviceId }) => deviceId === chosen) ? (chosen ?? "") : "";
      },
    ),
    watch(
      client,
      (state) => [state.volume, state.audioBlocked],
      (loudness, audioBlocked) => {
        rendered("sound");
        volume.valueAsNumber = loudness;
        resume.hidden = !audioBlocked;
      },
    ),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
