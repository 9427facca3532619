/** A piece of microphone audio. */
export interface MicrophoneFrame {
  /** PCM16, mono. The receiver owns it. */
  pcm: Int16Array<ArrayBuffer>;
  /** Capture time of the first sample: seconds on the clock that `now()` reads, the resampler's delay of low frequencies taken off. */
  time: number;
  /** The same moment for voice detection: floats at 16 kHz. Only where asked for. */
  detection?: Float32Array<ArrayBuffer>;
}

/** Rate of the samples for voice detection, in Hz. */
export const detectionRate = 16000;

/** What a frame of `sampleRate` Hz holds from `time` on: all of it, its end, or no sample. */
export function frameFrom(frame: MicrophoneFrame, time: number, sampleRate: number): MicrophoneFrame {
  const skipped = Math.max(0, Math.round((time - frame.time) * sampleRate));
  if (skipped === 0) return frame;
  const rest: MicrophoneFrame = { pcm: frame.pcm.subarray(skipped), time: frame.time + skipped / sampleRate };
  if (frame.detection) rest.detection = frame.detection.subarray(Math.round((skipped * detectionRate) / sampleRate));
  return rest;
}
