/** PCM16 to floats in -1..1. */
export function toFloat(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32768);
}

/** Floats to PCM16, rounded and clamped. */
export function toPcm16(samples: ArrayLike<number>): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 32768))));
}
