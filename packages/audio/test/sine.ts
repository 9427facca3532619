/** The amplitude of a sine in a signal, its phase at the first sample in radians, and what else there is, by least squares. */
export function fitSine(samples: ArrayLike<number>, frequency: number, sampleRate: number) {
  const omega = (2 * Math.PI * frequency) / sampleRate;
  let [cc, ss, cs, yc, ys] = [0, 0, 0, 0, 0];
  for (let index = 0; index < samples.length; index++) {
    const [c, s, y] = [Math.cos(omega * index), Math.sin(omega * index), samples[index]!];
    cc += c * c;
    ss += s * s;
    cs += c * s;
    yc += y * c;
    ys += y * s;
  }
  const determinant = cc * ss - cs * cs;
  const a = (yc * ss - ys * cs) / determinant;
  const b = (ys * cc - yc * cs) / determinant;
  let rest = 0;
  let power = 0;
  for (let index = 0; index < samples.length; index++) {
    const model = a * Math.cos(omega * index) + b * Math.sin(omega * index);
    rest += (samples[index]! - model) ** 2;
    power += model * model;
  }
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(a, b), residual: 10 * Math.log10(rest / power) };
}

/** What is not the sine, in dB relative to it. */
export function residual(samples: ArrayLike<number>, frequency: number, sampleRate: number): number {
  return fitSine(samples, frequency, sampleRate).residual;
}
