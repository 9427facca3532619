import { watchAmplitude } from "../client/amplitude.js";
import type { LayercodeClient } from "../client/client.js";
import { createStore, type Store, whileSubscribed } from "../client/store.js";
import type { Undo } from "../undo.js";

/** How loud both sides are, at a rate that a component can render. */
export interface Amplitudes {
  /** RMS, 0..1, at most 10 times a second. */
  readonly userAudioAmplitude: number;
  /** RMS, 0..1, at most 10 times a second. */
  readonly agentAudioAmplitude: number;
}

const intervalMs = 100;

export const initialAmplitudes: Amplitudes = { userAudioAmplitude: 0, agentAudioAmplitude: 0 };

/** Measures while connected, if an amplitude has a subscriber and `isWanted()` is true. */
export function createAmplitudeStore(client: LayercodeClient, isWanted: () => boolean): Store<Amplitudes> {
  const store = createStore(initialAmplitudes);
  const show = (patch: Partial<Amplitudes>) => store.set({ ...store.get(), ...patch });
  return whileSubscribed(store, () => {
    let stop: Undo | null = null;
    const follow = () => {
      if (client.status === "connected" && isWanted())
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
    const unsubscribe = client.subscribe(follow);
    follow();
    return () => {
      unsubscribe();
      stop?.();
    };
  });
}
