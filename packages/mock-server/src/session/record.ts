/** A message and when it passed: epoch milliseconds, with fractions. */
export interface Recorded<M> {
  at: number;
  message: M;
}

// Ten minutes of a connection: what is older is dropped, audio and the rest apart.
const mostAudioMs = 10 * 60 * 1000;
const mostMessages = 20_000;

/** The messages of one direction, bounded: the last ten minutes of audio, the last 20,000 other messages. */
export class MessageRecord<M> {
  readonly #durationOf: (message: M) => number;
  #messages: Recorded<M>[] = [];
  #audioMs = 0;
  #others = 0;

  /** `durationOf` gives the length of a message's audio in ms, 0 for a message without. */
  constructor(durationOf: (message: M) => number) {
    this.#durationOf = durationOf;
  }

  get messages(): readonly Recorded<M>[] {
    return this.#messages;
  }

  add(message: M, at: number): void {
    this.#messages.push({ at, message });
    const durationMs = this.#durationOf(message);
    this.#audioMs += durationMs;
    if (durationMs === 0) this.#others += 1;
    // A tenth more than the bound, so that the list is not rebuilt for every message.
    if (this.#audioMs > mostAudioMs * 1.1 || this.#others > mostMessages * 1.1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    this.#messages = this.#messages.filter(({ message }) => {
      const durationMs = this.#durationOf(message);
      if (durationMs === 0) {
        if (this.#others <= mostMessages) return true;
        this.#others -= 1;
        return false;
      }
      if (this.#audioMs <= mostAudioMs) return true;
      this.#audioMs -= durationMs;
      return false;
    });
  }
}
