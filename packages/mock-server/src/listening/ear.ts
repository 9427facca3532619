import { concatenate, durationOf, microphoneRate } from "../pcm.js";
import { type SpeechBounds, VoiceActivity } from "./voice-activity.js";

/** One utterance as it arrived. */
export interface Utterance {
  /** PCM16, mono, 8000 Hz: the speech and up to 300 ms on both sides. */
  pcm: Int16Array;
  /** From the first voiced sample to the last, pauses included; 0 when no voice was in it. */
  durationMs: number;
}

const marginSamples = 0.3 * microphoneRate;
const longestSamples = 60 * microphoneRate;

/** Keeps what the user says, from a little before it is speech, until somebody takes it. */
export class Ear {
  readonly #activity = new VoiceActivity();
  #pieces: Int16Array[] = [];
  #kept = 0;
  #dropped = 0;
  #keepAll = false;

  /** Length of the speech so far, in ms. */
  get spokenMs(): number {
    return lengthOf(this.#activity.bounds);
  }

  /** Whether it holds a minute: the turn must end. */
  get full(): boolean {
    return this.#kept >= longestSamples;
  }

  /** Takes 8 kHz PCM; tells whether speech started or ended in it. `raisedBy` as in `VoiceActivity.push`. */
  push(pcm: Int16Array, raisedBy = 0): ("started" | "ended")[] {
    if (this.full) return [];
    const changes = this.#activity.push(pcm, raisedBy);
    this.#pieces.push(pcm);
    this.#kept += pcm.length;
    if (!this.#keepAll && !this.#activity.bounds) this.#trim();
    return changes;
  }

  /** Forgets what it holds and keeps all that follows, speech or not: the button is pressed. */
  begin(): void {
    this.forget();
    this.#keepAll = true;
  }

  /** Gives away the utterance and starts anew. */
  take(): Utterance {
    const bounds = this.#activity.bounds;
    const pcm = concatenate(this.#pieces);
    const from = bounds ? Math.max(0, bounds.start - this.#dropped - marginSamples) : 0;
    const to = bounds ? bounds.end - this.#dropped + marginSamples : pcm.length;
    this.forget();
    return { pcm: pcm.slice(from, to), durationMs: lengthOf(bounds) };
  }

  /** Forgets what it holds. */
  forget(): void {
    this.#activity.reset();
    this.#pieces = [];
    this.#kept = 0;
    this.#dropped = 0;
    this.#keepAll = false;
  }

  // While nobody speaks, only what could be the beginning of speech is kept.
  #trim(): void {
    for (let first = this.#pieces[0]; first; first = this.#pieces[0]) {
      if (this.#kept - first.length < 2 * marginSamples) return;
      this.#pieces.shift();
      this.#kept -= first.length;
      this.#dropped += first.length;
    }
  }
}

function lengthOf(bounds: SpeechBounds | null): number {
  return bounds ? durationOf(bounds.end - bounds.start, microphoneRate) : 0;
}
