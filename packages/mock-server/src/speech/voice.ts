/** Text made audible. */
export interface Voice {
  readonly name: "flite" | "tone";
  /** PCM16, mono, 16000 Hz of a sentence. Empty when there is nothing to pronounce. */
  synthesize(sentence: string): Promise<Int16Array>;
  /** Ends what the voice runs on. Pending sentences reject. */
  close(): Promise<void>;
}
