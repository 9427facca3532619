const fullScale = 32767;

/**
 * Converts -1..1 to signed 16-bit samples, rounded to nearest and clamped, infinities too; NaN becomes 0. Writes
 * `length` samples (default: all of `input`).
 */
export function floatToPcm16(input: Float32Array, output: Int16Array, length = input.length): void {
  for (let index = 0; index < length; index++) {
    const value = Math.round((input[index] as number) * fullScale);
    output[index] = Math.max(-32768, Math.min(32767, value));
  }
}

/**
 * Converts signed 16-bit samples to -1..1, the exact inverse of `floatToPcm16`. Writes `length` samples (default: all
 * of `input`).
 */
export function pcm16ToFloat(input: Int16Array, output: Float32Array, length = input.length): void {
  for (let index = 0; index < length; index++) output[index] = (input[index] as number) / fullScale;
}
