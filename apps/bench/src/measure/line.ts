/** The straight line that is nearest to values at 0, 1, 2 …, by least squares. */
export function fitLine(values: ArrayLike<number>): (x: number) => number {
  const count = values.length;
  const middle = (count - 1) / 2;
  let mean = 0;
  for (let x = 0; x < count; x++) mean += (values[x] ?? 0) / count;
  let [covariance, variance] = [0, 0];
  for (let x = 0; x < count; x++) {
    covariance += (x - middle) * ((values[x] ?? 0) - mean);
    variance += (x - middle) ** 2;
  }
  const slope = variance === 0 ? 0 : covariance / variance;
  return (x) => mean + slope * (x - middle);
}
