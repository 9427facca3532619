// Choose a microphone: a list that follows what is plugged in, and a choice that is kept for the next visit.
import { type LayercodeClient, listAudioInputDevices, watchAudioInputDevices } from "@layercode/core";

const kept = "microphone";

export function chooseMicrophone(select: HTMLSelectElement, client: LayercodeClient): () => void {
  const choose = (id: string | null) => client.setPreferredInputDevice(id);
  const show = (devices: Awaited<ReturnType<typeof listAudioInputDevices>>) => {
    // Before the microphone was allowed once, browsers give neither names nor ids.
    const named = devices.filter(({ deviceId }) => deviceId !== "");
    const options = named.map(({ deviceId, label }) => new Option(label, deviceId));
    select.replaceChildren(new Option("System default", ""), ...options);
    select.value = client.getSnapshot().preferredInputDeviceId ?? "";
  };
  const list = () => void listAudioInputDevices().then(show);
  select.onchange = () => {
    localStorage.setItem(kept, select.value);
    // Refused: the one before goes on, and `onError` says why.
    choose(select.value || null).catch(list);
  };
  choose(localStorage.getItem(kept) || null).catch(() => {});
  list();
  const undo = [watchAudioInputDevices(show), client.on("connect", list)];
  return () => {
    for (const one of undo) one();
    select.onchange = null;
  };
}
