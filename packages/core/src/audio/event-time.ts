import type { AudioInputFrame } from "./ports.js";

/** Seconds: an event that is less late was taken at once, and one that is later has another clock. */
const late = { from: 0.05, to: 60 };

/** Tells when something happened on the page, by the audio clock. */
export class EventTime {
  /** How far the page's clock was ahead of the newest frame's time, in seconds. */
  #ahead = Infinity;

  /** A frame has come. */
  follow({ time }: AudioInputFrame): void {
    this.#ahead = performance.now() / 1000 - time;
  }

  /** The time of an event, in seconds on the audio clock, which reads `now`. `timeStamp`: in ms on the page's clock. */
  of(timeStamp: number, now: number): number {
    const ago = (performance.now() - timeStamp) / 1000;
    if (!(ago > late.from && ago < late.to)) return now;
    // A page that was busy may read an audio clock that has stood still meanwhile (Firefox). A frame's time is never ahead
    // of the moment at which it comes.
    return Math.max(now - ago, timeStamp / 1000 - this.#ahead);
  }
}
