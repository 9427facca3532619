import { watchAmplitude } from "../client/amplitude.js";
import type { LayercodeClient } from "../client/client.js";
import { createStore, type Store, whileSubscribed } from "../client/store.js";
import type { Undo } from "../undo.js";
import type { AgentOptions } from "./options.js";
import { undoAll } from "./undo-all.js";

/** How loud both sides are, at a rate that a component can render. */
export interface Amplitudes {
  /** RMS, 0..1, at most 10 times a second. */
  readonly userAudioAmplitude: number;
  /** RMS, 0..1, at most 10 times a second. */
  readonly agentAudioAmplitude: number;
}

const intervalMs = 100;

export const initialAmplitudes: Amplitudes = { userAudioAmplitude: 0, agentAudioAmplitude: 0 };

/** Measures while connected, if an amplitude has a subscriber and the option `enableAmplitudeMonitoring` is not `false`. */
export function createAmplitudeStore(client: LayercodeClient, options: AgentOptions): Store<Amplitudes> {
  const store = createStore(initialAmplitudes);
  const show = (patch: Partial<Amplitudes>) => store.set({ ...store.get(), ...patch });
  return whileSubscribed(store, () => {
    let stop: Undo | null = null;
    const follow = () => {
      if (client.status === "connected" && options.get().enableAmplitudeMonitoring !== false)
        stop ??= watchAmplitude(
          () => ({ user: client.userAudioAmplitude, agent: client.agentAudioAmplitude }),
          (userAudioAmplitude) => show({ userAudioAmplitude }),
          (agentAudioAmplitude) => show({ agentAudioAmplitude }),
          intervalMs,
        );
      else {
        stop?.();
        stop = null;
      }
    };
    follow();
    return undoAll(client.subscribe(follow), options.subscribe(follow), () => stop?.());
  });
}
