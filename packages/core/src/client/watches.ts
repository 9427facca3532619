import { followAudioInputDevices } from "../audio/devices.js";
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
 * Makes the watch over what a client looks at only while somebody listens to it: levels, and the list of microphones. It
 * returns what begins and ends that, as the status and the listeners of now ask for; `withAmplitude`: whether levels may
 * be read.
 */
export function createWatches(client: Watched, listeners: Listeners): (withAmplitude: boolean) => void {
  const levels = toggled(() =>
    watchAmplitude(
      () => ({ user: client.userAudioAmplitude, agent: client.agentAudioAmplitude }),
      (amplitude) => listeners.emit("userAmplitude", amplitude),
      (amplitude) => listeners.emit("agentAmplitude", amplitude),
    ),
  );
  const devices = toggled(() => followAudioInputDevices((listed) => listeners.emit("devicesChanged", listed)));
  return (withAmplitude) => {
    const { status } = client;
    const isConnected = status === "connected";
    const isHeard = listeners.has("userAmplitude") || listeners.has("agentAmplitude");
    levels(withAmplitude && isConnected && isHeard);
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
