/** How far one clock is ahead of another, from readings that jitter. */
export interface ClockOffset {
  /** Takes one reading in seconds and returns the offset. */
  follow(reading: number): number;
}

/** Readings that the mean is taken of: a second or more at 50 a second, and slow enough to follow two crystals. */
const window = 64;

/** Farther off than this, in seconds, one of the clocks has stood still: the offset is a new one. */
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
