// Where everything of the network stands in its one Float32Array: learned weights, tables, then the scratch of each lane.
// One array, so that the kernel sees one kind of memory, and an instance shares nothing with another.

/** Samples that a frame takes anew, and those before them that it looks back on, at 16 kHz. */
export const frameLength = 512;
export const contextLength = 64;

/** The short-time Fourier transform: samples of a column, from one column to the next, columns, frequencies. */
export const columnLength = 256;
export const hop = 128;
export const columns = 4;
export const bins = 129;

/** Units of the LSTM, and of most layers. */
export const hidden = 128;
export const gates = 4 * hidden;

/** A matrix of weights: its rows stand in groups of four, whose weights alternate column by column. */
export interface Matrix {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

let end = 0;

function reserve(length: number): number {
  const at = end;
  end += length;
  return at;
}

function matrix(rows: number, columns: number): Matrix {
  return { at: reserve(rows * columns), rows, columns };
}

function matrices(count: number, rows: number, columns: number): readonly Matrix[] {
  return Array.from({ length: count }, () => matrix(rows, columns));
}

/**
 * The convolutions, a matrix for each of three taps. The third one sees two columns, and the fourth a single one with zeros
 * around it: their other taps never meet anything but zeros.
 */
export const convolutions = [
  matrices(3, hidden, bins),
  matrices(3, 64, hidden),
  matrices(2, 64, 64),
  matrices(1, hidden, 64),
] as const;
export const inputGates = matrix(gates, hidden);
export const stateGates = matrix(gates, hidden);

/** All matrices in the order of their places, from 0 on. */
export const allMatrices: readonly Matrix[] = [...convolutions.flat(), inputGates, stateGates];
export const matricesLength = end;

/** Of the convolutions, of the gates (both biases added), of the output: its weights, then its bias. */
export const convolutionBiases = [reserve(hidden), reserve(64), reserve(64), reserve(hidden)] as const;
export const gateBiases = reserve(gates);
export const outputWeights = reserve(hidden + 1);
export const learnedLength = end;

/** Tables that are computed: the window, and cosines and sines of a turn in 256 steps. */
export const hann = reserve(columnLength);
export const cosines = reserve(columnLength);
export const sines = reserve(columnLength);

/** The state of the LSTM after the last frame. */
export const stateAt = reserve(2 * hidden);

/** Where a window is computed. */
export interface Lane {
  readonly transform: number;
  readonly spectra: number;
  /** The sums of the four convolutions. */
  readonly layers: readonly [number, number, number, number];
  readonly gates: number;
  /** Where the LSTM's next state goes. */
  readonly state: number;
  readonly output: number;
}

function createLane(state: number): Lane {
  return {
    transform: reserve(columnLength),
    spectra: reserve(columns * bins),
    layers: [reserve(columns * hidden), reserve(2 * 64), reserve(64), reserve(hidden)],
    gates: reserve(gates),
    state,
    output: reserve(1),
  };
}

/** Of the frames themselves, which move the state on, and of the windows between them, which only look what would come. */
export const frameLane = createLane(stateAt);
export const lookLane = createLane(reserve(2 * hidden));
export const memoryLength = end;
