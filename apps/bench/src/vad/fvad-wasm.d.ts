declare module "@echogarden/fvad-wasm" {
  /** The parts of the Emscripten module that are used here; numbers are addresses in its heap. */
  export interface FvadModule {
    HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _fvad_new(): number;
    _fvad_free(detector: number): void;
    _fvad_set_mode(detector: number, mode: number): number;
    _fvad_set_sample_rate(detector: number, rate: number): number;
    _fvad_process(detector: number, samples: number, length: number): number;
  }
  export default function load(): Promise<FvadModule>;
}
