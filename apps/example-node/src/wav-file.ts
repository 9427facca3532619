import { readFile, writeFile } from "node:fs/promises";
import { createResampler, encodeWav, floatToPcm16 } from "@layercode/audio";
import wavefile from "wavefile";

/** Reads a WAV file of any kind as PCM16, mono, at `sampleRate` Hz. */
export async function readWav(path: string, sampleRate: number): Promise<Int16Array> {
  const file = new wavefile.WaveFile(await readFile(path));
  const { sampleRate: from } = file.fmt as { sampleRate: number };
  file.toBitDepth("32f");
  const channels = [file.getSamples(false, Float32Array)].flat() as unknown as Float32Array[];
  const mono = (channels[0] ?? new Float32Array()).map(
    (_, at) => channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length,
  );
  return floatPcm(resample(mono, from, sampleRate));
}

/** Writes PCM16, mono, as a WAV file. */
export function writeWav(path: string, pcm: Int16Array, sampleRate: number): Promise<void> {
  return writeFile(path, encodeWav(pcm, sampleRate));
}

function resample(input: Float32Array, from: number, to: number): Float32Array {
  const resampler = createResampler({ from, to });
  const output = new Float32Array(resampler.outputLength(input.length) + resampler.flushLength);
  const written = resampler.process(input, output);
  return output.subarray(0, written + resampler.flush(output.subarray(written)));
}

function floatPcm(samples: Float32Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  floatToPcm16(samples, pcm);
  return pcm;
}
