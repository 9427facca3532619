/** A first-in, first-out queue of 16-bit samples. Reading allocates nothing. */
export interface RingBuffer {
  /** Samples in the queue. */
  readonly length: number;
  /** Appends samples and returns how many fitted; the rest is dropped. */
  write(samples: Int16Array): number;
  /** Takes up to `count` samples out, to the start of `output`; returns how many. */
  read(output: Int16Array, count: number): number;
  /** Drops everything and frees the memory. */
  clear(): void;
}

/**
 * Makes a queue that holds up to `limit` samples, in blocks of `blockLength` (default 16384): growing copies nothing, and
 * blocks that were read are freed.
 */
export function createRingBuffer(limit: number, blockLength = 16384): RingBuffer {
  const blocks: Int16Array[] = [];
  /** The block that was read last, kept for the next write: the short queue of a live stream then reuses two blocks. */
  let spare: Int16Array | undefined;
  /** Where the queue begins in the first block. */
  let start = 0;
  let length = 0;

  return {
    get length() {
      return length;
    },
    write(input) {
      const count = Math.min(input.length, limit - length);
      for (let written = 0; written < count; ) {
        const offset = (start + length) % blockLength;
        const piece = Math.min(count - written, blockLength - offset);
        if (offset === 0) {
          blocks.push(spare ?? new Int16Array(blockLength));
          spare = undefined;
        }
        blocks.at(-1)?.set(input.subarray(written, written + piece), offset);
        written += piece;
        length += piece;
      }
      return count;
    },
    read(output, wanted) {
      const count = Math.min(wanted, length);
      for (let read = 0; read < count; ) {
        const piece = Math.min(count - read, blockLength - start);
        const block = blocks[0] as Int16Array;
        for (let index = 0; index < piece; index++) output[read + index] = block[start + index] as number;
        read += piece;
        length -= piece;
        start += piece;
        if (start === blockLength) {
          spare = blocks.shift();
          start = 0;
        }
      }
      return count;
    },
    clear() {
      blocks.length = 0;
      spare = undefined;
      start = 0;
      length = 0;
    },
  };
}
