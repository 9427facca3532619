import { watchWith } from "../audio/devices.js";
import type { ListedDevices } from "../audio/ports.js";
import type { StatusText } from "../machine/connection/connection.js";
import type { Undo } from "../undo.js";
import { watchAmplitude } from "./amplitude.js";
import type { Listeners } from "./listeners.js";

/** Of a client, what is looked at. */
interface Watched {
  readonly status: StatusText;
  readonly userAudioAmplitude: number;
  readonly agentAudioAmplitude: number;
}

/**
 * Makes the watch over what a client looks at only while somebody listens to it: levels, and the lists of devices. It
 * returns what begins and ends that, as the status and the listeners of now ask for; `withAmplitude`: whether levels may
 * be read. `show` puts the lists into the snapshot, and tells of them.
 */
export function createWatches(
  client: Watched,
  listeners: Listeners,
  show: (listed: ListedDevices) => void,
): (withAmplitude: boolean) => void {
  const levels = toggled(() =>
    watchAmplitude(
      () => ({ user: client.userAudioAmplitude, agent: client.agentAudioAmplitude }),
      (amplitude) => listeners.emit("userAmplitude", amplitude),
      (amplitude) => listeners.emit("agentAmplitude", amplitude),
    ),
  );
  const devices = toggled(() =>
    watchWith(({ followInputDevices }) => followInputDevices((listed) => listeners.emit("devicesChanged", listed))),
  );
  const lists = toggled(() => watchWith(({ followListedDevices }) => followListedDevices(show)));
  return (withAmplitude) => {
    const { status } = client;
    const isConnected = status === "connected";
    const isHeard = listeners.has("userAmplitude") || listeners.has("agentAmplitude");
    levels(withAmplitude && isConnected && isHeard);
    lists(listeners.has("devicesListed"));
    devices((isConnected || status === "reconnecting") && listeners.has("devicesChanged"));
  };
}

/** Begins with the first `true`, and undoes it with the next `false`. */
function toggled(begin: () => Undo): (wanted: boolean) => void {
  let undo: Undo | undefined;
  return (wanted) => {
    if (wanted) undo ??= begin();
    else {
      undo?.();
      undo = undefined;
    }
  };
}
