/** The rates that devices have, in Hz. */
export const deviceRates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000] as const;

/** Every way from one of them to another. */
export const devicePairs = deviceRates.flatMap((from) =>
  deviceRates.filter((to) => to !== from).map((to): [number, number] => [from, to]),
);

/** The ways to and from the server. */
export const wirePairs = [
  [48000, 8000],
  [44100, 8000],
  [48000, 16000],
  [16000, 48000],
  [16000, 44100],
] as const;
