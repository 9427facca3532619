/** After this many seconds of exact zeros the microphone does not work: a quiet room still has noise. */
const silentSeconds = 3;

/** Detects a microphone that gives nothing but zeros although it is not muted. */
export interface SilenceWatch {
  /** `silence`: for how long all samples before `time` have been zero; both in seconds. */
  follow(silence: number, time: number): void;
  /** The track was muted, which makes zeros as well, or unmuted at `time`: only zeros from then on count. */
  setMuted(muted: boolean, time: number): void;
}

/** Makes a watch. `onSilent` is called with `true` after 3 s of silence, and with `false` when sound comes again. */
export function createSilenceWatch(onSilent: (silent: boolean) => void): SilenceWatch {
  let silent = false;
  let muted = false;
  let countedFrom = -Infinity;
  let last = 0;

  function report(now: boolean): void {
    if (now === silent) return;
    silent = now;
    onSilent(now);
  }

  return {
    follow(silence, time) {
      const interrupted = silence < last;
      last = silence;
      if (interrupted) report(false);
      else if (!muted && Math.min(silence, time - countedFrom) >= silentSeconds) report(true);
    },
    setMuted(value, time) {
      muted = value;
      countedFrom = time;
    },
  };
}
