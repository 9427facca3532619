/** A sine of amplitude 1 that starts at 0. */
export function sine(frequency: number, sampleRate: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin((2 * Math.PI * frequency * index) / sampleRate));
}

export interface SineFit {
  amplitude: number;
  /** In radians, at the first sample. */
  phase: number;
  /** What is not the sine, in dB relative to it. */
  residual: number;
}

/** The sine of a known frequency that is nearest to a signal, by least squares. `first` is the index of its first sample. */
export function fitSine(samples: ArrayLike<number>, frequency: number, sampleRate: number, first = 0): SineFit {
  const omega = (2 * Math.PI * frequency) / sampleRate;
  const at = (index: number) => samples[index] ?? 0;
  let [cc, ss, cs, yc, ys] = [0, 0, 0, 0, 0];
  for (let index = 0; index < samples.length; index++) {
    const c = Math.cos(omega * (first + index));
    const s = Math.sin(omega * (first + index));
    cc += c * c;
    ss += s * s;
    cs += c * s;
    yc += at(index) * c;
    ys += at(index) * s;
  }
  const determinant = cc * ss - cs * cs;
  const a = (yc * ss - ys * cs) / determinant;
  const b = (ys * cc - yc * cs) / determinant;
  let rest = 0;
  let power = 0;
  for (let index = 0; index < samples.length; index++) {
    const model = a * Math.cos(omega * (first + index)) + b * Math.sin(omega * (first + index));
    rest += (at(index) - model) ** 2;
    power += model * model;
  }
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(a, b), residual: decibels(Math.sqrt(rest / power)) };
}

export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] ?? 0) ** 2;
  return Math.sqrt(sum / samples.length);
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}
