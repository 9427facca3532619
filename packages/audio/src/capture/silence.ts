/** Exact zeros for this long, in seconds, are a microphone that hears nothing, not a quiet room. */
const silentSeconds = 3;

/** Tells when a microphone gives nothing but zeros although nobody muted it. */
export interface SilenceWatch {
  /** Takes how long it has been exactly silent, up to `time`, both in seconds. */
  follow(silence: number, time: number): void;
  /** We mute the track, which gives zeros as well, or let it speak again at `time`. */
  setMuted(muted: boolean, time: number): void;
}

/** Makes a watch. `onSilent` is called once when the silence is 3 s old, and once when sound comes again. */
export function createSilenceWatch(onSilent: (silent: boolean) => void): SilenceWatch {
  let silent = false;
  let muted = false;
  let heardFrom = Number.NEGATIVE_INFINITY;
  let last = 0;

  function tell(now: boolean): void {
    if (now === silent) return;
    silent = now;
    onSilent(now);
  }

  return {
    follow(silence, time) {
      const broken = silence < last;
      last = silence;
      if (broken) tell(false);
      else if (!muted && Math.min(silence, time - heardFrom) >= silentSeconds) tell(true);
    },
    setMuted(value, time) {
      muted = value;
      heardFrom = time;
    },
  };
}
