import {
  allMatrices,
  columnLength,
  cosines,
  hann,
  learnedLength,
  matricesLength,
  memoryLength,
  sines,
} from "./layout.js";

// The file of weights: first the floats (a scale for each row of each matrix, then biases and the output's weights), then
// the matrices as int8, in the order in which they stand in memory.

const scales = allMatrices.reduce((sum, { rows }) => sum + rows, 0);
const plainFloats = learnedLength - matricesLength;

/** Of the file, in bytes. */
export const weightsLength = 4 * (scales + plainFloats) + matricesLength;

/** Turns the file, of `weightsLength` bytes, into the memory of a network, zeros where it computes. */
export function unpackWeights(file: ArrayBuffer): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(file, 0, scales + plainFloats);
  const integers = new Int8Array(file, floats.byteLength);
  const memory = createMemory();
  let scale = 0;
  for (const { at, rows, columns } of allMatrices) {
    for (let row = 0; row < rows; row++) {
      const step = floats[scale + row] as number;
      const first = at + firstOf(row, columns);
      for (let index = first; index < first + 4 * columns; index += 4)
        memory[index] = (integers[index] as number) * step;
    }
    scale += rows;
  }
  memory.set(floats.subarray(scales), matricesLength);
  return memory;
}

/** The file for learned weights in their places. */
export function packWeights(learned: Float32Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(weightsLength);
  const floats = new Float32Array(file.buffer, 0, scales + plainFloats);
  const integers = new Int8Array(file.buffer, floats.byteLength);
  let scale = 0;
  for (const { at, rows, columns } of allMatrices) {
    for (let row = 0; row < rows; row++) {
      const first = at + firstOf(row, columns);
      let most = 0;
      for (let index = first; index < first + 4 * columns; index += 4)
        most = Math.max(most, Math.abs(learned[index] as number));
      floats[scale + row] = most / 127;
      const step = floats[scale + row] as number;
      for (let index = first; index < first + 4 * columns; index += 4)
        integers[index] = step > 0 ? Math.round((learned[index] as number) / step) : 0;
    }
    scale += rows;
  }
  floats.set(learned.subarray(matricesLength, learnedLength), scales);
  return file;
}

/** Memory with the computed tables, and no weights. */
export function createMemory(): Float32Array<ArrayBuffer> {
  const memory = new Float32Array(memoryLength);
  for (let step = 0; step < columnLength; step++) {
    const angle = (2 * Math.PI * step) / columnLength;
    memory[hann + step] = 0.5 - 0.5 * Math.cos(angle);
    memory[cosines + step] = Math.cos(angle);
    memory[sines + step] = Math.sin(angle);
  }
  return memory;
}

/** Where the first weight of a row stands, behind the first of its matrix: groups of four rows alternate. */
function firstOf(row: number, columns: number): number {
  return 4 * columns * Math.floor(row / 4) + (row % 4);
}
