import { align } from "./alignment.js";
import { bandsOf } from "./bands.js";

/** Frames of a segment: 384 ms. */
const segmentLength = 30;
/** Frames so much quieter than the loudest, in dB, are not looked at. */
const range = 40;
/** 1 + 10 ^ (15 / 20): a band counts for no more than a signal-to-distortion ratio of -15 dB. */
const clip = 1 + 10 ** 0.75;

/**
 * STOI, the short-time objective intelligibility of Taal, Hendriks, Heusdens and Jensen (2011), 0..1, of a signal at 10 kHz
 * against the clean one. It wants both to be in time with each other; here each clean frame is compared with the mean of the
 * frames that belong to it.
 */
export function intelligibility(clean: Float32Array, degraded: Float32Array): number {
  const reference = bandsOf(clean);
  const other = bandsOf(degraded);
  const matches = align(reference, other);
  const matched = matches.map((frames) => mean(frames.map((frame) => other[frame] as Float64Array)));
  const energies = reference.map((bands) => 10 * Math.log10(bands.reduce((sum, value) => sum + value * value, 1e-12)));
  const loudest = Math.max(...energies);
  const audible = reference.flatMap((_, frame) => ((energies[frame] as number) > loudest - range ? frame : []));
  let sum = 0;
  let count = 0;
  for (let end = segmentLength; end <= audible.length; end++) {
    const frames = audible.slice(end - segmentLength, end);
    for (let band = 0; band < (reference[0] as Float64Array).length; band++) {
      const x = frames.map((frame) => reference[frame]?.[band] ?? 0);
      const y = frames.map((frame) => matched[frame]?.[band] ?? 0);
      const gain = Math.hypot(...x) / (Math.hypot(...y) || 1);
      sum += correlation(
        x,
        y.map((value, index) => Math.min(value * gain, (x[index] as number) * clip)),
      );
      count++;
    }
  }
  return sum / count;
}

function mean(frames: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(frames[0]?.length ?? 0);
  for (const frame of frames)
    for (let band = 0; band < sum.length; band++) sum[band] = (sum[band] as number) + (frame[band] as number);
  return sum.map((value) => value / frames.length);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const dx = (x[index] as number) - meanX;
    const dy = (y[index] as number) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx * yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}
