/** The offset of one clock from another, averaged over readings that jitter. */
export interface ClockOffset {
  /** Takes one reading in seconds and returns the offset. */
  follow(reading: number): number;
}

/**
 * Readings in the mean: 1.3 s of them at 50 a second, which smooths the jitter and still follows the drift of two
 * devices.
 */
const window = 64;

/**
 * A reading farther from the mean than this, in seconds, means that one of the clocks stood still: the mean begins
 * anew.
 */
const jump = 0.1;

/** Makes a running mean that begins with the first reading. */
export function createClockOffset(): ClockOffset {
  let readings = 0;
  let offset = 0;
  return {
    follow(reading) {
      if (Math.abs(reading - offset) > jump) readings = 0;
      readings = Math.min(readings + 1, window);
      offset += (reading - offset) / readings;
      return offset;
    },
  };
}
