import { durationOf, microphoneRate } from "../pcm.js";
import { type SpeechBounds, VoiceActivity, type VoiceChange } from "./voice-activity.js";

/** One utterance as it arrived. */
export interface Utterance {
  /** PCM16, mono, 8000 Hz: the speech and up to 300 ms on both sides. */
  pcm: Int16Array;
  /** From the first voiced sample to the last, pauses included; 0 when no voice was in it. */
  durationMs: number;
}

const marginSamples = 0.3 * microphoneRate;
const longestSamples = 60 * microphoneRate;
// While nobody speaks, only the last samples are needed. They are trimmed to twice the margin, and only after another
// twice the margin has come, so that not every frame copies them.
const idleSamples = 2 * marginSamples;

/** Keeps what the user says, from a little before it is speech, until somebody takes it. */
export class Ear {
  readonly #activity = new VoiceActivity();
  #samples = new Int16Array(2 * idleSamples);
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
  push(pcm: Int16Array, raisedBy = 0): readonly VoiceChange[] {
    if (this.full) return [];
    const changes = this.#activity.push(pcm, raisedBy);
    if (!this.#keepAll && !this.#activity.bounds && this.#kept + pcm.length > 2 * idleSamples) this.#trim();
    this.#append(pcm);
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
    const from = bounds ? Math.max(0, bounds.start - this.#dropped - marginSamples) : 0;
    const to = bounds ? Math.min(this.#kept, bounds.end - this.#dropped + marginSamples) : this.#kept;
    const pcm = this.#samples.slice(from, to);
    this.forget();
    return { pcm, durationMs: lengthOf(bounds) };
  }

  /** Forgets what it holds. */
  forget(): void {
    this.#activity.reset();
    if (this.#samples.length > 2 * idleSamples) this.#samples = new Int16Array(2 * idleSamples);
    this.#kept = 0;
    this.#dropped = 0;
    this.#keepAll = false;
  }

  #append(pcm: Int16Array): void {
    if (this.#kept + pcm.length > this.#samples.length) {
      const larger = new Int16Array(2 * (this.#kept + pcm.length));
      larger.set(this.#samples.subarray(0, this.#kept));
      this.#samples = larger;
    }
    this.#samples.set(pcm, this.#kept);
    this.#kept += pcm.length;
  }

  // While nobody speaks, only the latest samples can turn out to be the beginning of speech.
  #trim(): void {
    const surplus = Math.max(0, this.#kept - idleSamples);
    this.#samples.copyWithin(0, surplus, this.#kept);
    this.#kept -= surplus;
    this.#dropped += surplus;
  }
}

function lengthOf(bounds: SpeechBounds | null): number {
  return bounds ? durationOf(bounds.end - bounds.start, microphoneRate) : 0;
}
