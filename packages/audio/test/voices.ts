import { createRandom } from "./random.js";
import { noise } from "./signals.js";

/** Sounds that playing must not spoil, -1..1, by name. */
export const sounds: Readonly<Record<string, (sampleRate: number, length: number) => Float32Array>> = {
  "a voice of 60 Hz": (sampleRate, length) => voice(60, sampleRate, length),
  "a voice of 160 Hz": (sampleRate, length) => voice(160, sampleRate, length),
  "a voice of 400 Hz": (sampleRate, length) => voice(400, sampleRate, length),
  "a tone": (sampleRate, length) => chord([440], sampleRate, length),
  "a chord": (sampleRate, length) => chord([261.6, 329.6, 392, 523.3], sampleRate, length),
  noise: (_, length) => noise(length).map((sample) => sample * 0.5),
  silence: (_, length) => new Float32Array(length),
  "clicks in silence": (sampleRate, length) =>
    Float32Array.from({ length }, (_, index) => (index % Math.round(sampleRate / 7) === 0 ? 0.8 : 0)),
};

/** A glottal pulse with overtones up to 1.4 kHz, its pitch wavering by 2 %, and a little breath, so that no sample is like another. */
export function voice(pitch: number, sampleRate: number, length: number): Float32Array {
  const random = createRandom(7);
  const overtones = Math.max(1, Math.floor(Math.min(1400, sampleRate * 0.45) / pitch));
  let phase = 0;
  return Float32Array.from({ length }, (_, index) => {
    phase += (2 * Math.PI * pitch * (1 + 0.02 * Math.sin((2 * Math.PI * 3 * index) / sampleRate))) / sampleRate;
    let sum = 0;
    for (let overtone = 1; overtone <= overtones; overtone++) sum += Math.sin(overtone * phase) / overtone;
    return 0.25 * sum + 0.01 * (random() - 0.5);
  });
}

function chord(pitches: readonly number[], sampleRate: number, length: number): Float32Array {
  const omegas = pitches.map((pitch) => (2 * Math.PI * pitch) / sampleRate);
  return Float32Array.from(
    { length },
    (_, index) => (0.5 / omegas.length) * omegas.reduce((sum, omega) => sum + Math.sin(omega * index), 0),
  );
}
