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
  // One block more than the longest queue fills, so that its end never reaches the block that is being read.
  const blocks = new Array<Int16Array | undefined>(Math.ceil(limit / blockLength) + 1).fill(undefined);
  const size = blocks.length * blockLength;
  /** The block that was read last, kept for the next write: the short queue of a live stream then reuses two blocks. */
  let spare: Int16Array | undefined;
  let start = 0;
  let length = 0;

  function blockAt(position: number): Int16Array {
    const index = Math.floor(position / blockLength);
    const block = blocks[index] ?? spare ?? new Int16Array(blockLength);
    if (block === spare) spare = undefined;
    blocks[index] = block;
    return block;
  }

  function advance(count: number): void {
    length -= count;
    if ((start % blockLength) + count === blockLength) {
      const index = Math.floor(start / blockLength);
      spare = blocks[index];
      blocks[index] = undefined;
    }
    start = (start + count) % size;
  }

  return {
    get length() {
      return length;
    },
    write(input) {
      const count = Math.min(input.length, limit - length);
      for (let written = 0; written < count; ) {
        const end = (start + length) % size;
        const offset = end % blockLength;
        const piece = Math.min(count - written, blockLength - offset);
        blockAt(end).set(input.subarray(written, written + piece), offset);
        written += piece;
        length += piece;
      }
      return count;
    },
    read(output, wanted) {
      const count = Math.min(wanted, length);
      for (let read = 0; read < count; ) {
        const offset = start % blockLength;
        const piece = Math.min(count - read, blockLength - offset);
        const block = blockAt(start);
        for (let index = 0; index < piece; index++) output[read + index] = block[offset + index] as number;
        read += piece;
        advance(piece);
      }
      return count;
    },
    clear() {
      blocks.fill(undefined);
      spare = undefined;
      start = 0;
      length = 0;
    },
  };
}
