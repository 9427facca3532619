/** The next number in [0, 1) of a sequence, and the seed of the one after it. Mulberry32, by Tommy Ettinger, public domain. */
export function random(seed: number): { value: number; seed: number } {
  const next = (seed + 0x6d2b79f5) | 0;
  let bits = Math.imul(next ^ (next >>> 15), next | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return { value: ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32, seed: next };
}
