import { toPcm16 } from "@layercode/browser-testing";
import { arrivals, type Network, networks } from "../../../../packages/audio/test/networks.js";
import { createRandom } from "../../../../packages/audio/test/random.js";
import { simulate } from "../../../../packages/audio/test/simulation.js";
import { sampleRate } from "./tools.js";

/** The networks on which something has to be stretched, or concealed. */
export const slowNetworks = ["0.95×, 0–40 ms", "1×, 0–150 ms", "mobile"] as const;

/** What is heard of speech on a network, without the silence before and behind it. */
export function play(
  speech: Float32Array,
  name: (typeof slowNetworks)[number],
  playout: "adaptive" | "plain",
): Float32Array {
  const network = networks[name] as Network;
  const pcm = toPcm16(speech);
  const { heard } = simulate(pcm, arrivals(network, speech.length / sampleRate, createRandom(3)), playout);
  return Float32Array.from(
    heard.slice(
      heard.findIndex((sample) => sample !== 0),
      heard.findLastIndex((sample) => sample !== 0) + 1,
    ),
  );
}

/** The control that must sound bad: as much longer, by packets of 20 ms that are played twice. */
export function repeatPackets(speech: Float32Array, factor: number): Float32Array {
  const packet = 0.02 * sampleRate;
  const output: number[] = [];
  let owed = 0;
  for (let at = 0; at < speech.length; at += packet) {
    const piece = speech.subarray(at, at + packet);
    output.push(...piece);
    owed += piece.length * (factor - 1);
    if (owed < packet) continue;
    owed -= packet;
    output.push(...piece);
  }
  return Float32Array.from(output);
}

/** The control that tells what a score can tell apart: white noise so many dB below the speech. */
export function withNoise(speech: Float32Array, ratio: number): Float32Array {
  const random = createRandom(5);
  const level = Math.sqrt(speech.reduce((sum, sample) => sum + sample * sample, 0) / speech.length);
  // White noise of ±1 has an RMS of 1 / √3.
  const gain = level * Math.sqrt(3) * 10 ** (-ratio / 20);
  return speech.map((sample) => sample + gain * (2 * random() - 1));
}
