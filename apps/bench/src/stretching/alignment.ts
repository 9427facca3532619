/** For how many frames two signals may drift apart: 2 s. */
const reach = 160;

/**
 * Which frames of `other` belong to each frame of `reference`, by dynamic time warping over the logarithms of their bands:
 * what is longer or shorter is compared with what it was made of.
 */
export function align(reference: readonly Float64Array[], other: readonly Float64Array[]): number[][] {
  const from = logarithms(reference);
  const to = logarithms(other);
  const rows = from.length;
  const columns = to.length;
  const slope = columns / rows;
  const costs = new Float64Array(rows * columns).fill(Infinity);
  const cost = (row: number, column: number) =>
    row < 0 || column < 0 ? Infinity : (costs[row * columns + column] as number);
  for (let row = 0; row < rows; row++) {
    const middle = Math.round(row * slope);
    const last = Math.min(columns - 1, middle + reach);
    for (let column = Math.max(0, middle - reach); column <= last; column++) {
      const before = Math.min(cost(row - 1, column - 1), cost(row - 1, column), cost(row, column - 1));
      const here = distance(from[row] as Float64Array, to[column] as Float64Array);
      costs[row * columns + column] = here + (row + column === 0 ? 0 : before);
    }
  }
  const matches: number[][] = reference.map(() => []);
  let [row, column] = [rows - 1, columns - 1];
  while (row >= 0 && column >= 0) {
    matches[row]?.push(column);
    const diagonal = cost(row - 1, column - 1);
    const up = cost(row - 1, column);
    const left = cost(row, column - 1);
    if (diagonal <= up && diagonal <= left) {
      row--;
      column--;
    } else if (up <= left) row--;
    else column--;
  }
  return matches;
}

/** In dB below the loudest, 80 at most: how loud a signal is as a whole does not matter. */
function logarithms(frames: readonly Float64Array[]): Float64Array[] {
  const loudest = Math.max(...frames.map((bands) => Math.max(...bands)));
  return frames.map((bands) => bands.map((value) => 20 * Math.log10(value / loudest + 1e-4)));
}

function distance(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let band = 0; band < one.length; band++) sum += ((one[band] as number) - (other[band] as number)) ** 2;
  return Math.sqrt(sum / one.length);
}
