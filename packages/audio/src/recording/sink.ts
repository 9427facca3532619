/** Where a recording goes. */
export interface Sink {
  /** Takes bytes of samples, and keeps nothing of their memory. */
  write(bytes: Uint8Array): void;
  /** Completes the file; without a stream the Blob is the file. Rejects where a stream has failed, which was told before. */
  end(): Promise<Blob>;
  /** Gives up what is not written yet. */
  abort(reason: unknown): void;
}

export const wavType = "audio/wav";
