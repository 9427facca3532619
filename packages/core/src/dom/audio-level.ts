import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";
import { followWindow, type View } from "./follow-window.js";

/** Whose sound. */
export type AudioSource = "agent" | "user";

/**
 * Calls back with the level (RMS over 20 ms, 0..1) of one side once an animation frame while connected, and with 0 when
 * that ends. Requests no frames while disconnected. `element`: what shows the level, if it may stand in another window,
 * whose frames then count; default: this window's. Returns the undo.
 */
export function watchAudioLevel(
  client: LayercodeClient,
  source: AudioSource,
  callback: (level: number) => void,
  element?: Element | null,
): Undo {
  // A window that is hidden or closed has no frames: a meter in a pop-out would stand still with the page behind it.
  return followWindow(element, client, (view) => watchFrames(view, client, source, callback));
}

function watchFrames(
  view: View,
  client: LayercodeClient,
  source: AudioSource,
  callback: (level: number) => void,
): Undo {
  let frame: number | null = null;
  const update = () => {
    frame = view.requestAnimationFrame(update);
    callback(source === "agent" ? client.agentAudioAmplitude : client.userAudioAmplitude);
  };
  const stop = () => {
    if (frame !== null) view.cancelAnimationFrame(frame);
    frame = null;
  };
  const follow = () => {
    const connected = client.status === "connected";
    if (connected === (frame !== null)) return;
    if (connected) return update();
    stop();
    callback(0);
  };
  const unsubscribe = client.subscribe(follow);
  follow();
  return () => {
    unsubscribe();
    stop();
  };
}
