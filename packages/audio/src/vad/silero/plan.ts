import {
  bins,
  columns,
  contextLength,
  convolutionBiases,
  convolutions,
  frameLength,
  gateBiases,
  gates,
  hidden,
  hop,
  inputGates,
  type Lane,
  type Matrix,
  stateAt,
  stateGates,
} from "./layout.js";

/** What a step does; the numbers after it are its places in memory, and lengths. */
export const operation = {
  /** from, to, length */
  copy: 0,
  /** column, transform, spectrum */
  transform: 1,
  /** weights, rows, columns, from, to: adds the product. */
  multiply: 2,
  /** at, length */
  rectify: 3,
  /** gates, state, output */
  finish: 4,
} as const;

/** Numbers a step: operation, samples of the frame that must be there, cost, five arguments. */
export const stepLength = 8;

/** Multiplications of a step at most: it takes about a microsecond. */
const mostCost = 2200;

/** A window of the network, cut into steps, which run one after the other whenever there is time. */
export interface Plan {
  readonly steps: Int32Array;
  /** Of all steps. */
  readonly cost: number;
}

/**
 * Plans a window for a lane, such that as much as possible is done before the last samples come: each column of the
 * spectrum is spread over the sums of its layer as soon as it is there.
 */
export function planWindow(lane: Lane): Plan {
  const [firstLayer, secondLayer, third, fourth] = lane.layers;
  const steps: number[] = [];
  const first = (column: number) => firstLayer + column * hidden;
  const second = (column: number) => secondLayer + column * 64;
  let need = 0;
  let cost = 0;

  function add(kind: number, price: number, ...places: number[]): void {
    const step = [kind, need, price, ...places];
    while (step.length < stepLength) step.push(0);
    steps.push(...step);
    cost += price;
  }
  const copy = (from: number, to: number, length: number) => add(operation.copy, length, from, to, length);
  const rectify = (at: number, length: number) => add(operation.rectify, length, at, length);
  function multiply({ at, rows, columns: width }: Matrix, from: number, to: number): void {
    const height = 4 * Math.floor(mostCost / width / 4);
    for (let row = 0; row < rows; row += height) {
      const count = Math.min(height, rows - row);
      add(operation.multiply, count * width, at + row * width, count, width, from, to + row);
    }
  }
  /** Adds what a tap of a convolution makes of a column. */
  function spread(layer: 0 | 1, tap: number, from: number, to: number): void {
    multiply(convolutions[layer][tap] as Matrix, from, to);
  }

  copy(gateBiases, lane.gates, gates);
  multiply(stateGates, stateAt, lane.gates);
  for (let column = 0; column < columns; column++) copy(convolutionBiases[0], first(column), hidden);
  for (let column = 0; column < 2; column++) copy(convolutionBiases[1], second(column), 64);
  copy(convolutionBiases[2], third, 64);
  copy(convolutionBiases[3], fourth, hidden);

  for (let column = 0; column < columns; column++) {
    need = Math.min(frameLength, (column + 2) * hop - contextLength);
    const spectrum = lane.spectra + column * bins;
    add(operation.transform, mostCost, column, lane.transform, spectrum);
    for (let to = Math.max(0, column - 1); to <= Math.min(columns - 1, column + 1); to++) {
      spread(0, column - to + 1, spectrum, first(to));
    }
    // A sum is whole with the column after it, the last one with its own.
    for (let whole = column - 1; whole < (column === columns - 1 ? columns : column); whole++) {
      if (whole < 0) continue;
      rectify(first(whole), hidden);
      for (let to = 0; to < 2; to++) {
        const tap = whole - 2 * to + 1;
        if (tap >= 0 && tap < 3) spread(1, tap, first(whole), second(to));
      }
    }
  }
  for (let column = 0; column < 2; column++) {
    rectify(second(column), 64);
    multiply(convolutions[2][column] as Matrix, second(column), third);
  }
  rectify(third, 64);
  multiply(convolutions[3][0] as Matrix, third, fourth);
  rectify(fourth, hidden);
  multiply(inputGates, fourth, lane.gates);
  add(operation.finish, hidden * 8, lane.gates, lane.state, lane.output);
  return { steps: Int32Array.from(steps), cost };
}
