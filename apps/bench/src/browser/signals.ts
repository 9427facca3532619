import { type MonoAudio, synthesizePassage } from "@layercode/browser-testing";

/** The rate of the agent's voice, in Hz. */
const agentRate = 16000;

/** A tone of the agent that begins and ends within a sample. */
export function agentTone(frequency: number, seconds: number, amplitude = 0.5): Int16Array {
  const omega = (2 * Math.PI * frequency) / agentRate;
  return Int16Array.from({ length: Math.round(seconds * agentRate) }, (_, index) =>
    Math.round(32767 * amplitude * Math.cos(omega * index)),
  );
}

/** Speech of the agent, from its first word on, with a faint high tone under it: silence in what is heard is then a fault, and not a pause. */
export async function agentSpeech(seconds: number): Promise<Int16Array> {
  const { samples } = await synthesizePassage();
  const tone = agentTone(3000, seconds, 0.003);
  return tone.map((faint, index) => faint + (samples[index % samples.length] ?? 0) * 0.9);
}

/** Faint noise for a microphone: nobody speaks, and no byte is like the other. */
export function faintNoise(seconds: number, sampleRate = 44_100): MonoAudio {
  let state = 1;
  const samples = Int16Array.from({ length: seconds * sampleRate }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 40;
  });
  return { samples, sampleRate };
}
