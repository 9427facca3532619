import type { AudioInput } from "../audio/ports.js";
import { wait } from "./scene.js";

/** How long is listened, and for how long first sound is waited for: a headset begins with silence. In ms. */
const listenMs = 1000;
const patienceMs = 3000;
/** How often the level is looked at, in ms. */
const lookMs = 40;

/** The loudest moment of a second, as RMS, 0..1; 0 where nothing but silence came for three. */
export async function loudestOf(level: () => number, over: AbortSignal): Promise<number> {
  let loudest = 0;
  for (let ms = 0; !over.aborted && ms < (loudest > 0 ? listenMs : patienceMs); ms += lookMs) {
    await wait(lookMs, over);
    loudest = Math.max(loudest, level());
  }
  return loudest;
}

/** Looks at a stream without a worklet, so that one that cannot be loaded does not hide the microphone. */
export function levelOf(stream: MediaStream, context: AudioContext): () => number {
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  };
}

/** What the system calls the device of a stream. */
export function labelOf(stream: AudioInput["stream"]): string {
  return stream?.getAudioTracks()[0]?.label ?? "";
}
