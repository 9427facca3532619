import {
  type AudioOutputDevice,
  type LayercodeClient,
  listAudioOutputDevices,
  type Undo,
  watchAudioOutputDevices,
} from "@layercode/core";
import { loudspeakerName } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Where the agent is heard, how loud, and the way on where the browser holds the sound back. */
export function showSound(panel: HTMLElement, client: LayercodeClient): Undo {
  const label = part(panel, ".loudspeaker", HTMLLabelElement);
  const select = part(panel, ".loudspeaker select", HTMLSelectElement);
  const volume = part(panel, ".volume input", HTMLInputElement);
  const resume = part(panel, ".resume-audio", HTMLButtonElement);
  let stopped = false;

  const show = (devices: readonly AudioOutputDevice[]) => {
    if (stopped) return;
    rendered("sound");
    label.hidden = devices.length === 0;
    select.replaceChildren(
      new Option("System default loudspeaker", ""),
      ...devices.map((device, i) => new Option(loudspeakerName(device, i), device.deviceId)),
    );
    select.value = client.getSnapshot().outputDeviceId ?? "";
  };
  // Before the user has allowed a microphone, browsers tell neither names nor ids.
  const list = () => listAudioOutputDevices().then(show, () => show([]));
  // What is refused is told by the error event, and taken back.
  select.addEventListener("change", () => void client.setOutputDevice(select.value || null));
  volume.addEventListener("input", () => client.setVolume(volume.valueAsNumber));
  resume.addEventListener("click", () => void client.resumeAudio());

  const undo = [
    watchAudioOutputDevices(show),
    watch(
      client,
      ({ activeInputDeviceId }) => [activeInputDeviceId],
      () => void list(),
    ),
    watch(
      client,
      (state) => [state.outputDeviceId, state.volume, state.audioBlocked],
      (outputDeviceId, loudness, audioBlocked) => {
        rendered("sound");
        select.value = outputDeviceId ?? "";
        volume.valueAsNumber = loudness;
        resume.hidden = !audioBlocked;
      },
    ),
  ];
  return () => {
    stopped = true;
    for (const stop of undo) stop();
  };
}
