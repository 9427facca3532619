import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  convolutionBiases,
  convolutions,
  gateBiases,
  gates,
  hidden,
  inputGates,
  learnedLength,
  type Matrix,
  outputWeights,
  stateGates,
} from "../src/vad/silero/layout.js";
import { readTensors } from "./onnx.js";

/** The model from which the weights are taken: a file of a devDependency, MIT, of the Silero Team. */
export const sileroModel = new URL("silero_vad_v6.onnx", import.meta.resolve("@ricky0123/vad-web"));

/** The branch of the model that hears 16 kHz. */
const branch = "If_0_then_branch";

/** Reads the learned weights out of the model, to the places where the network expects them. */
export async function readSilero(): Promise<Float32Array<ArrayBuffer>> {
  const tensors = readTensors(await readFile(fileURLToPath(sileroModel)));
  const learned = new Float32Array(learnedLength);
  const tensor = (name: string, length: number): Float32Array => {
    const found = [...tensors].filter(([path]) => path.startsWith(branch) && path.endsWith(name));
    const [values] = found.map(([, values]) => values);
    if (found.length !== 1 || values?.length !== length)
      throw new Error(`The model has no ${name} of ${length} floats.`);
    return values;
  };
  const place = ({ at, rows, columns }: Matrix, weight: (row: number, column: number) => number) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const group = 4 * columns * Math.floor(row / 4);
        learned[at + group + 4 * column + (row % 4)] = weight(row, column);
      }
    }
  };

  convolutions.forEach((matrices, layer) => {
    const { rows, columns } = matrices[0] as Matrix;
    const weights = tensor(`encoder.${layer}.reparam_conv.weight`, rows * columns * 3);
    // Where not all taps are used, the first one is not.
    const skipped = matrices.length === 3 ? 0 : 1;
    matrices.forEach((matrix, index) => {
      place(matrix, (row, column) => weights[(row * columns + column) * 3 + index + skipped] as number);
    });
    learned.set(tensor(`encoder.${layer}.reparam_conv.bias`, rows), convolutionBiases[layer]);
  });
  for (const [matrix, name] of [
    [inputGates, "ih"],
    [stateGates, "hh"],
  ] as const) {
    const weights = tensor(`decoder.rnn.weight_${name}`, gates * hidden);
    place(matrix, (row, column) => weights[row * hidden + column] as number);
    const biases = tensor(`decoder.rnn.bias_${name}`, gates);
    for (let gate = 0; gate < gates; gate++)
      learned[gateBiases + gate] = (learned[gateBiases + gate] as number) + (biases[gate] as number);
  }
  learned.set(tensor("decoder.decoder.2.weight", hidden), outputWeights);
  learned.set(tensor("decoder.decoder.2.bias", 1), outputWeights + hidden);
  return learned;
}
