/** A frame of audio as it was on the wire. */
interface AudioFrame {
  text: string;
  /** Epoch milliseconds. */
  at: number;
}

interface Page {
  readonly bytes: Buffer;
  used: number;
  durationMs: number;
  readonly ends: number[];
  readonly times: number[];
}

const smallestPage = 8 * 1024;
const largestPage = 64 * 1024;
/** The most bytes that UTF-8 needs for a UTF-16 code unit. */
const mostBytesPerCharacter = 3;

/**
 * Frames of audio kept as bytes, outside of the garbage collector's heap: hundreds of sessions record fifty a second
 * each, and nearly nobody ever reads them.
 */
export class AudioFrames {
  #pages: Page[] = [];
  #durationMs = 0;
  #bytes = 0;

  /** Length of all audio, in ms. */
  get durationMs(): number {
    return this.#durationMs;
  }

  /** What is held, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get newest(): AudioFrame | undefined {
    const page = this.#pages.at(-1);
    return page && frameOf(page, page.ends.length - 1);
  }

  add({ text, at }: AudioFrame, durationMs: number): void {
    const page = this.#pageFor(text.length * mostBytesPerCharacter);
    page.used += page.bytes.write(text, page.used);
    page.ends.push(page.used);
    page.times.push(at);
    page.durationMs += durationMs;
    this.#durationMs += durationMs;
  }

  /** Drops the oldest audio, a page at a time, for as long as at least `leastMs` stay. */
  keep(leastMs: number): void {
    for (
      let oldest = this.#pages[0];
      oldest && this.#durationMs - oldest.durationMs >= leastMs;
      oldest = this.#pages[0]
    ) {
      this.#pages.shift();
      this.#durationMs -= oldest.durationMs;
      this.#bytes -= oldest.bytes.length;
    }
  }

  *[Symbol.iterator](): Generator<AudioFrame> {
    for (const page of this.#pages) for (const index of page.ends.keys()) yield frameOf(page, index);
  }

  #pageFor(bytes: number): Page {
    const last = this.#pages.at(-1);
    if (last && last.used + bytes <= last.bytes.length) return last;
    const size = Math.max(bytes, Math.min(largestPage, 2 * (last?.bytes.length ?? smallestPage / 2)));
    // V8 counts an ArrayBuffer as memory of its own and would collect garbage again and again, in vain. It does not count
    // a SharedArrayBuffer.
    const page: Page = { bytes: Buffer.from(new SharedArrayBuffer(size)), used: 0, durationMs: 0, ends: [], times: [] };
    this.#pages.push(page);
    this.#bytes += size;
    return page;
  }
}

function frameOf({ bytes, ends, times }: Page, index: number): AudioFrame {
  return { text: bytes.toString("utf8", ends[index - 1] ?? 0, ends[index]), at: times[index] ?? 0 };
}
