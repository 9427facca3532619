import type { FloatSamples } from "./typed-arrays.js";

/** Level and spectrum of an AudioNode's output, read on the main thread: without messages, also in a hidden tab. */
export interface Monitor {
  /** RMS of the last 20 ms, 0..1. */
  level(): number;
  /** Fills `output` with magnitudes in dB; leaves values beyond the 1024 bins as they are. */
  spectrum(output: FloatSamples): void;
}

/** FFT size in samples: bins are the context's rate / 2048 apart, 23.4 Hz at 48 kHz. */
const transformLength = 2048;
const levelSeconds = 0.02;

/** Connects an AnalyserNode to `node`, until that is disconnected. */
export function createMonitor(node: AudioNode): Monitor {
  const { context } = node;
  const analyser = new AnalyserNode(context, { fftSize: transformLength });
  const samples = new Float32Array(transformLength);
  node.connect(analyser);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return rms(samples, Math.round(context.sampleRate * levelSeconds));
    },
    spectrum: (output) => analyser.getFloatFrequencyData(output),
  };
}

/** RMS of the last `count` samples, 0..1. */
function rms(samples: Float32Array, count: number): number {
  const from = Math.max(0, samples.length - count);
  let squares = 0;
  for (let index = from; index < samples.length; index++) squares += (samples[index] as number) ** 2;
  return Math.min(1, Math.sqrt(squares / (samples.length - from)));
}
