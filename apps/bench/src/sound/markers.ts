import type { MonoAudio } from "@layercode/browser-testing";

const halfWidth = 0.001;

/** Clicks of 2 ms, band-limited, at intervals that meet every phase of a frame. */
export function markerTrain(seconds: number, sampleRate = 44_100): MonoAudio {
  const samples = new Int16Array(seconds * sampleRate);
  for (let k = 0, at = 0.1; at < seconds - 0.1; at += 0.18 + ((k++ * 61) % 89) / 1000) {
    const centre = at * sampleRate;
    const reach = halfWidth * sampleRate;
    for (let i = Math.ceil(centre - reach); i <= centre + reach; i++) {
      samples[i] = 23000 * (0.5 + 0.5 * Math.cos((Math.PI * (i - centre)) / reach));
    }
  }
  return { samples, sampleRate };
}

/** Where the markers are in a recording: their centres, in samples with fractions. */
export function findMarkers(samples: ArrayLike<number>, sampleRate: number): number[] {
  const threshold = 0.2;
  const reach = Math.ceil(3 * halfWidth * sampleRate);
  const found: number[] = [];
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i] ?? 0) < threshold) continue;
    let [weight, moment] = [0, 0];
    for (let j = Math.max(0, i - reach); j <= i + 2 * reach && j < samples.length; j++) {
      const energy = (samples[j] ?? 0) ** 2;
      weight += energy;
      moment += energy * j;
    }
    found.push(moment / weight);
    i += 10 * reach;
  }
  return found;
}

/** Which marker of one recording is which of another, whatever each has missed at its ends. Times are in seconds. */
export function pairMarkers(first: readonly number[], second: readonly number[]): [first: number, second: number][] {
  const near = 0.002;
  // One from the middle is in both.
  const anchor = first[first.length >> 1] ?? 0;
  let best: [number, number][] = [];
  for (const candidate of second) {
    const pairs: [number, number][] = [];
    first.forEach((time, i) => {
      const j = second.findIndex((other) => Math.abs(other - time - (candidate - anchor)) < near);
      if (j >= 0) pairs.push([i, j]);
    });
    if (pairs.length > best.length) best = pairs;
  }
  return best;
}
