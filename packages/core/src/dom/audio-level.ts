import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";

/** Whose sound. */
export type AudioSource = "agent" | "user";

/**
 * Calls back with the level (RMS over 20 ms, 0..1) of one side once an animation frame while connected, and with 0 when
 * that ends. Requests no frames while disconnected. Returns the undo.
 */
export function watchAudioLevel(client: LayercodeClient, source: AudioSource, callback: (level: number) => void): Undo {
  let frame: number | null = null;
  const update = () => {
    frame = requestAnimationFrame(update);
    callback(source === "agent" ? client.agentAudioAmplitude : client.userAudioAmplitude);
  };
  const stop = () => {
    if (frame !== null) cancelAnimationFrame(frame);
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
