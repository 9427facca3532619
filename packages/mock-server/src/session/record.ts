/** A message and when it passed: epoch milliseconds, with fractions. */
export interface Recorded<M> {
  at: number;
  message: M;
}

// Ten minutes of a connection: what is older is dropped, audio and the rest apart.
const mostAudioMs = 10 * 60 * 1000;
const mostMessages = 20_000;
const mostCharacters = 8 * 1024 * 1024;

/** The messages of one direction, bounded: the last ten minutes of audio, of the others the last 20,000, and no more than 8 Mi characters. */
export class MessageRecord<M> {
  readonly #durationOf: (message: M) => number;
  #messages: Recorded<M>[] = [];
  #audioMs = 0;
  #others = 0;
  #characters = 0;
  readonly #lengths = new WeakMap<Recorded<M>, number>();

  /** `durationOf` gives the length of a message's audio in ms, 0 for a message without. */
  constructor(durationOf: (message: M) => number) {
    this.#durationOf = durationOf;
  }

  get messages(): readonly Recorded<M>[] {
    return this.#messages;
  }

  /** `characters` is how long the message was on the wire. */
  add(message: M, at: number, characters = 0): void {
    const recorded = { at, message };
    this.#messages.push(recorded);
    const durationMs = this.#durationOf(message);
    this.#audioMs += durationMs;
    if (durationMs === 0) {
      this.#others += 1;
      this.#characters += characters;
      this.#lengths.set(recorded, characters);
    }
    // A tenth more than the bound, so that the list is not rebuilt for every message.
    if (
      this.#audioMs > mostAudioMs * 1.1 ||
      this.#others > mostMessages * 1.1 ||
      this.#characters > mostCharacters * 1.1
    )
      this.#forgetOldest();
  }

  #forgetOldest(): void {
    this.#messages = this.#messages.filter((recorded) => {
      const durationMs = this.#durationOf(recorded.message);
      if (durationMs === 0) {
        if (this.#others <= mostMessages && this.#characters <= mostCharacters) return true;
        this.#others -= 1;
        this.#characters -= this.#lengths.get(recorded) ?? 0;
        return false;
      }
      if (this.#audioMs <= mostAudioMs) return true;
      this.#audioMs -= durationMs;
      return false;
    });
  }
}
