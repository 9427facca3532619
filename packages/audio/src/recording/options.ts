import { mostWavBytes } from "../wav.js";

/** Rates of a recording, in Hz. */
export const recordingRates = [8000, 16_000, 24_000, 44_100, 48_000] as const;

export interface RecordingOptions {
  /** Rate of the file, in Hz. 16000, the rate of the agent's voice, is 3.8 MB a minute. Default 16000. */
  sampleRate?: (typeof recordingRates)[number] | undefined;
  /** How long it lasts at most, in ms: it then ends by itself. Default 3600000, an hour. */
  maxDurationMs?: number | undefined;
  /**
   * Takes the file piece by piece, for recordings of any length: a header whose sizes are unknown, then the samples. It is
   * closed at the end. More than 30 s that it has not taken end the recording. Default: none, the file is a Blob.
   */
  stream?: WritableStream<Uint8Array> | undefined;
}

export interface RecordingSettings {
  sampleRate: number;
  maxDurationMs: number;
  stream: WritableStream<Uint8Array> | undefined;
}

/** Fills in the defaults. An option that makes no sense is given to `refuse`: its name, its value, what is expected. */
export function settingsOf(
  options: RecordingOptions,
  refuse: (name: string, value: unknown, expected: string) => Error,
): RecordingSettings {
  const { sampleRate = 16_000, maxDurationMs = 3_600_000, stream } = options;
  if (!recordingRates.includes(sampleRate))
    throw refuse("sampleRate", sampleRate, `one of ${recordingRates.join(", ")}, in Hz`);
  if (stream !== undefined && (typeof stream?.getWriter !== "function" || stream.locked))
    throw refuse("stream", stream, "a WritableStream that nobody else writes to");
  const most = Math.floor((mostWavBytes / (sampleRate * bytesPerFrame)) * 1000);
  if (!(maxDurationMs > 0 && (stream || maxDurationMs <= most)))
    throw refuse("maxDurationMs", maxDurationMs, `a number of milliseconds above 0${stream ? "" : `, up to ${most}`}`);
  return { sampleRate, maxDurationMs, stream };
}

/** A sample of the left channel and one of the right. */
export const bytesPerFrame = 4;
