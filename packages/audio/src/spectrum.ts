/** The spectrum of what an AudioNode puts out, on demand. */
export interface Spectrum {
  /** Fills `output` with magnitudes in dB; what is beyond 1024 bins stays -Infinity. */
  read(output: Float32Array<ArrayBuffer>): void;
  close(): void;
}

/** Samples a transform: bins are the context's rate / 2048 apart, 23.4 Hz at 48 kHz. */
const transformLength = 2048;

/** Listens to `node`. It costs nothing but while it is read. */
export function createSpectrum(node: AudioNode): Spectrum {
  const analyser = new AnalyserNode(node.context, { fftSize: transformLength });
  node.connect(analyser);
  return {
    read(output) {
      output.fill(Number.NEGATIVE_INFINITY);
      analyser.getFloatFrequencyData(output);
    },
    close: () => node.disconnect(analyser),
  };
}
