import { durationOf, microphoneRate } from "../pcm.js";

const frameSamples = (microphoneRate * 20) / 1000;

/** When a level counts as voice, in dB relative to full scale and in frames of 20 ms. */
export interface VoiceActivitySettings {
  /** A frame begins speech this far above the noise. */
  enterAboveNoise: number;
  /** A frame keeps speech alive this far above the noise. */
  leaveAboveNoise: number;
  /** Nothing below begins speech, however quiet the room. */
  enterLevel: number;
  /** Nothing below keeps speech alive. */
  leaveLevel: number;
  /** How many of the last `onsetWindow` frames must be voiced for speech to begin: a click is not speech. */
  onsetFrames: number;
  onsetWindow: number;
  /** Silence that ends speech, in ms. */
  hangOverMs: number;
}

const defaultVoiceActivity: VoiceActivitySettings = {
  enterAboveNoise: 10,
  leaveAboveNoise: 6,
  enterLevel: -44,
  leaveLevel: -50,
  onsetFrames: 4,
  onsetWindow: 6,
  hangOverMs: 700,
};

/** What a piece of sound brought. */
export type VoiceChange = "started" | "ended";

/** Where speech lies in what was pushed since the last reset, in samples: the silence around it is not in it. */
export interface SpeechBounds {
  start: number;
  end: number;
}

// The noise is the lowest level of the last 1.5 s (minimum statistics after R. Martin, 2001, without the smoothing):
// speech has gaps that reach down to it, noise has none that go below. It is never believed to be louder than -38 dB,
// or a long steady tone would become noise.
const noiseBlockFrames = 25;
const noiseBlocks = 3;
const unchanged: readonly VoiceChange[] = [];
const quietestNoise = -60;
const loudestNoise = -38;

/**
 * Tells speech from silence by its energy over an adaptive noise floor, with hysteresis and a hang-over.
 * It reads 8 kHz PCM in pieces of any size and knows no clock: the same samples always give the same answer.
 */
export class VoiceActivity {
  readonly #settings: VoiceActivitySettings;
  /** The beginning of a frame whose end has not come. */
  readonly #frame = new Int16Array(frameSamples);
  #filled = 0;
  #position = 0;
  #speaking = false;
  #silentFrames = 0;
  #recent: boolean[] = [];
  #bounds: SpeechBounds | null = null;
  #floors = new Array<number>(noiseBlocks).fill(quietestNoise);
  #blockMinimum = 0;
  #blockFrames = 0;

  constructor(settings: Partial<VoiceActivitySettings> = {}) {
    this.#settings = { ...defaultVoiceActivity, ...settings };
  }

  /** Whether speech goes on, hang-over included. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** The speech since the last reset, from its first voiced frame to its last so far; `null` before any. */
  get bounds(): SpeechBounds | null {
    return this.#bounds;
  }

  /**
   * Takes more samples. `raisedBy` lifts the level at which speech begins, in dB: what an open loudspeaker
   * leaves of the agent's own voice shall not interrupt it. Returns what changed while it read them.
   */
  push(pcm: Int16Array, raisedBy = 0): readonly VoiceChange[] {
    let changes: readonly VoiceChange[] = unchanged;
    for (let at = 0; at < pcm.length; ) {
      const count = Math.min(frameSamples - this.#filled, pcm.length - at);
      this.#frame.set(count === pcm.length ? pcm : pcm.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < frameSamples) break;
      this.#filled = 0;
      const change = this.#hear(levelOf(this.#frame), raisedBy);
      if (change) changes = [...changes, change];
    }
    return changes;
  }

  /** Forgets the speech, not what it knows of the noise. */
  reset(): void {
    this.#filled = 0;
    this.#position = 0;
    this.#speaking = false;
    this.#silentFrames = 0;
    this.#recent = [];
    this.#bounds = null;
  }

  #hear(level: number, raisedBy: number): VoiceChange | null {
    const { enterAboveNoise, leaveAboveNoise, enterLevel, leaveLevel, onsetFrames, onsetWindow, hangOverMs } =
      this.#settings;
    const noise = this.#noise(level);
    this.#position += frameSamples;
    if (!this.#speaking) {
      const voiced = level >= Math.max(noise + enterAboveNoise, enterLevel) + raisedBy;
      // The fast path: nearly always silence follows silence.
      if (!voiced && this.#recent.length === 0) return null;
      this.#recent.push(voiced);
      if (this.#recent.length > onsetWindow) this.#recent.shift();
      const first = this.#recent.indexOf(true);
      if (first < 0) this.#recent = [];
      if (this.#recent.filter(Boolean).length < onsetFrames) return null;
      const onset = this.#recent.length - first;
      this.#bounds ??= { start: this.#position - onset * frameSamples, end: 0 };
      this.#bounds = { start: this.#bounds.start, end: this.#position };
      this.#speaking = true;
      this.#silentFrames = 0;
      return "started";
    }
    if (level >= Math.max(noise + leaveAboveNoise, leaveLevel)) {
      this.#silentFrames = 0;
      if (this.#bounds) this.#bounds = { start: this.#bounds.start, end: this.#position };
      return null;
    }
    this.#silentFrames += 1;
    if (durationOf(this.#silentFrames * frameSamples, microphoneRate) < hangOverMs) return null;
    this.#speaking = false;
    this.#recent = [];
    return "ended";
  }

  #noise(level: number): number {
    this.#blockMinimum = Math.min(this.#blockMinimum, level);
    this.#blockFrames += 1;
    let floor = this.#blockMinimum;
    for (const earlier of this.#floors) floor = Math.min(floor, earlier);
    if (this.#blockFrames === noiseBlockFrames) {
      this.#floors = [...this.#floors.slice(1), this.#blockMinimum];
      this.#blockMinimum = 0;
      this.#blockFrames = 0;
    }
    return Math.max(quietestNoise, Math.min(loudestNoise, floor));
  }
}

/** RMS of samples in dB relative to full scale; -100 for silence. The mean is taken off: an offset is not sound. */
export function levelOf(pcm: Int16Array): number {
  if (pcm.length === 0) return -100;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pcm.length; at++) {
    const sample = pcm[at] as number;
    sum += sample;
    squares += sample * sample;
  }
  const power = squares / pcm.length - (sum / pcm.length) ** 2;
  return power <= 0 ? -100 : Math.max(-100, 10 * Math.log10(power / 32768 ** 2));
}
