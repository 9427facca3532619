/** A first-in, first-out queue of 16-bit samples. Only `write` allocates, and only when the queue grows. */
export interface RingBuffer {
  /** Samples that wait. */
  readonly length: number;
  /** Appends samples and returns how many fitted; the rest is refused. */
  write(samples: Int16Array): number;
  /** Takes up to `count` samples out, to the start of `output`; returns how many. */
  read(output: Int16Array, count: number): number;
  /** Drops everything and gives the memory back. */
  clear(): void;
}

/** Makes a queue that holds up to `limit` samples and starts with room for `initial` (default 16384). */
export function createRingBuffer(limit: number, initial = 16384): RingBuffer {
  const smallest = Math.min(limit, initial);
  let samples = new Int16Array(smallest);
  let start = 0;
  let length = 0;

  function grow(needed: number): void {
    const larger = new Int16Array(Math.min(limit, Math.max(needed, samples.length * 2)));
    const untilWrap = Math.min(length, samples.length - start);
    larger.set(samples.subarray(start, start + untilWrap));
    larger.set(samples.subarray(0, length - untilWrap), untilWrap);
    samples = larger;
    start = 0;
  }

  return {
    get length() {
      return length;
    },
    write(input) {
      const count = Math.min(input.length, limit - length);
      // An empty queue is the moment to give back what a long reply has taken.
      if (length === 0 && samples.length > smallest && count <= smallest) samples = new Int16Array(smallest);
      if (length === 0) start = 0;
      if (length + count > samples.length) grow(length + count);
      const end = (start + length) % samples.length;
      const untilWrap = Math.min(count, samples.length - end);
      samples.set(input.subarray(0, untilWrap), end);
      samples.set(input.subarray(untilWrap, count), 0);
      length += count;
      return count;
    },
    read(output, wanted) {
      const count = Math.min(wanted, length);
      for (let index = 0; index < count; index++) {
        output[index] = samples[start] as number;
        start = start + 1 === samples.length ? 0 : start + 1;
      }
      length -= count;
      return count;
    },
    clear() {
      samples = new Int16Array(smallest);
      start = 0;
      length = 0;
    },
  };
}
