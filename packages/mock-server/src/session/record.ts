import { AudioFrames } from "./audio-frames.js";
import type { RecordBudget } from "./record-budget.js";

/** A message and when it passed: epoch milliseconds, with fractions. */
export interface Recorded<M> {
  at: number;
  message: M;
}

// The bounds of a record. Audio has a bound of its own, so that it never displaces the other messages.
const mostAudioMs = 10 * 60 * 1000;
const mostMessages = 20_000;
const mostCharacters = 8 * 1024 * 1024;
// What a message costs beside its text, roughly.
const bytesPerMessage = 200;

interface Bounds {
  audioMs: number;
  messages: number;
  characters: number;
}

const bounds: Bounds = { audioMs: mostAudioMs, messages: mostMessages, characters: mostCharacters };

export interface RecordParts<M> {
  /** The length of a message's audio in ms; 0 for a message without. */
  durationOf(message: M): number;
  /** Reads a message of audio again from its text on the wire. */
  read(text: string): M;
  budget: RecordBudget;
}

/** The messages of one direction, bounded: the last ten minutes of audio, of the others the last 20,000, and no more than 8 Mi characters. */
export class MessageRecord<M> {
  readonly #parts: RecordParts<M>;
  #messages: Recorded<M>[] = [];
  /** Characters on the wire of each of them. */
  #lengths: number[] = [];
  /** Audio that no listener got as an object: kept as bytes until somebody reads the messages. */
  #frames = new AudioFrames();
  /** Whether the messages were read: from then on each is kept as an object, so that every read returns the same ones. */
  #isRead = false;
  #audioMs = 0;
  #others = 0;
  #characters = 0;
  #bytes = 0;
  /** The bytes that were last reported to the budget. */
  #accounted = 0;
  #isReleased = false;

  constructor(parts: RecordParts<M>) {
    this.#parts = parts;
  }

  get messages(): readonly Recorded<M>[] {
    if (!this.#isRead) this.#readFrames();
    return this.#messages;
  }

  /** The newest message, as it was on the wire; `null` when there is none. */
  get newest(): string | null {
    const frame = this.#frames.newest;
    const other = this.#messages.at(-1);
    if (frame && frame.at >= (other?.at ?? 0)) return frame.text;
    return other ? JSON.stringify(other.message) : null;
  }

  /** `text` is what the message was on the wire. `isSeen`: somebody holds the object and may look for it here. */
  add(message: M, at: number, text: string, isSeen = true): void {
    const durationMs = this.#parts.durationOf(message);
    if (durationMs > 0 && !isSeen && !this.#isRead) {
      this.#frames.add({ text, at }, durationMs);
    } else {
      this.#messages.push({ at, message });
      this.#lengths.push(text.length);
      if (durationMs > 0) this.#audioMs += durationMs;
      else {
        this.#others += 1;
        this.#characters += text.length;
      }
      this.#bytes += text.length + bytesPerMessage;
    }
    // Forget only when a bound is exceeded by a tenth: the list is then not rebuilt for every message.
    if (
      this.#audioMs + this.#frames.durationMs > mostAudioMs * 1.1 ||
      this.#others > mostMessages * 1.1 ||
      this.#characters > mostCharacters * 1.1
    )
      this.#forgetBeyond(bounds);
    this.#account();
    this.#parts.budget.enforce();
  }

  /** What is held, in bytes. */
  get bytes(): number {
    return this.#bytes + this.#frames.bytes;
  }

  /** Forgets the older half: of the audio, unless the other messages take more room. */
  shrink(): void {
    const audioMs = this.#audioMs + this.#frames.durationMs;
    const isAudio = 2 * this.#characters <= this.bytes;
    if (isAudio) this.#forgetBeyond({ ...bounds, audioMs: audioMs / 2 });
    else this.#forgetBeyond({ audioMs, messages: this.#others / 2, characters: this.#characters / 2 });
    this.#account();
  }

  #forgetBeyond(most: Bounds): void {
    this.#frames.keep(Math.max(0, most.audioMs - this.#audioMs));
    const messages: Recorded<M>[] = [];
    const lengths: number[] = [];
    for (const [index, recorded] of this.#messages.entries()) {
      const length = this.#lengths[index] ?? 0;
      if (this.#isWithin(most, this.#parts.durationOf(recorded.message), length)) {
        messages.push(recorded);
        lengths.push(length);
      } else this.#bytes -= length + bytesPerMessage;
    }
    this.#messages = messages;
    this.#lengths = lengths;
  }

  /** Whether the oldest message may stay. If not, subtracts it from the totals. */
  #isWithin(most: Bounds, durationMs: number, length: number): boolean {
    if (durationMs > 0) {
      if (this.#audioMs + this.#frames.durationMs <= most.audioMs) return true;
      this.#audioMs -= durationMs;
      return false;
    }
    if (this.#others <= most.messages && this.#characters <= most.characters) return true;
    this.#others -= 1;
    this.#characters -= length;
    return false;
  }

  /** Puts the audio that was kept as bytes into its place among the messages. */
  #readFrames(): void {
    this.#isRead = true;
    const [others, lengths] = [this.#messages, this.#lengths];
    this.#messages = [];
    this.#lengths = [];
    let next = 0;
    const takeOthers = (until: number) => {
      for (let other = others[next]; other && other.at <= until; other = others[++next]) {
        this.#messages.push(other);
        this.#lengths.push(lengths[next] ?? 0);
      }
    };
    for (const { text, at } of this.#frames) {
      takeOthers(at);
      this.#messages.push({ at, message: this.#parts.read(text) });
      this.#lengths.push(text.length);
      this.#bytes += text.length + bytesPerMessage;
    }
    takeOthers(Infinity);
    this.#audioMs += this.#frames.durationMs;
    this.#frames = new AudioFrames();
    this.#account();
  }

  /** Takes the record out of the budget. A test that still holds it may go on reading it. */
  release(): void {
    this.#isReleased = true;
    this.#parts.budget.change(-this.#accounted);
  }

  #account(): void {
    if (this.#isReleased) return;
    const grown = this.bytes - this.#accounted;
    this.#accounted += grown;
    if (grown !== 0) this.#parts.budget.change(grown);
  }
}
