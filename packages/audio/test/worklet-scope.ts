import { createContext, runInContext } from "node:vm";
import { bundleWorklet } from "../build/bundle-worklet.js";

/** What runs on the audio thread, as it is shipped. */
export const scripts = {
  worklet: await bundleWorklet("src/worklets/worklet.ts"),
  detector: await bundleWorklet("src/worklets/detector.ts"),
  tap: await bundleWorklet("src/worklets/tap.ts"),
};

interface Processor {
  port: { onmessage: (event: { data: unknown }) => void; postMessage: (message: unknown) => void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

/** The name by which V8 knows a script. */
export const moduleName = "worklet.js";

/** The global scope of an audio thread, with nothing in it but what the standard has, and the script loaded. */
export function createScope(sampleRate = 48000, quantum = 128) {
  const processors = new Map<string, new (options: unknown) => Processor>();
  let reports: unknown[] = [];
  const scope = {
    sampleRate,
    currentFrame: 0,
    AudioWorkletProcessor: class {
      port = {
        onmessage: null,
        postMessage: (message: unknown, transfer: ArrayBuffer[] = []) =>
          reports.push(structuredClone(message, { transfer })),
      };
    },
    registerProcessor(name: string, processor: new (options: unknown) => Processor) {
      if (processors.has(name)) throw new DOMException(`${name} is registered`, "NotSupportedError");
      processors.set(name, processor);
    },
  };
  createContext(scope);
  // A module, whose names are its own.
  const runModule = (text: string) => runInContext(`(() => {${text}})();`, scope, { filename: moduleName });
  runModule(scripts.worklet);
  return {
    load: () => runModule(scripts.worklet),
    loadDetector: () => runModule(scripts.detector),
    loadTap: () => runModule(scripts.tap),
    run: (code: string): unknown => runInContext(code, scope),
    start<Report>(name: string, processorOptions: unknown) {
      const Processor = processors.get(name);
      if (Processor === undefined) throw new Error(`${name} is not registered`);
      const processor = new Processor({ processorOptions });
      return {
        say: (data: unknown) => processor.port.onmessage({ data }),
        /** Renders one quantum. Several nodes of one graph render at the same `frame`. */
        process(input?: Float32Array, frame = scope.currentFrame) {
          scope.currentFrame = frame;
          const output = new Float32Array(128);
          const alive = processor.process(input === undefined ? [[]] : [[input]], [[output]]);
          scope.currentFrame += 128;
          return { alive, output };
        },
        /** Renders one quantum from and into what is given, and allocates nothing itself. */
        render(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
          const alive = processor.process(inputs, outputs);
          scope.currentFrame += quantum;
          return alive;
        },
        /** Renders one quantum of two inputs, each a constant or, without a source, without a channel. Whether it lives on. */
        hear(...inputs: (number | null)[]): boolean {
          const channels = inputs.map((value) => (value === null ? [] : [new Float32Array(quantum).fill(value)]));
          const alive = processor.process(channels, [[new Float32Array(quantum)]]);
          scope.currentFrame += quantum;
          return alive;
        },
        /** The context's clock goes on without a quantum, or stands still for one. */
        skip(quanta: number): void {
          scope.currentFrame += quantum * quanta;
        },
        /** What it reports from now on is lost: keeping it would cost memory. */
        ignore(): void {
          processor.port.postMessage = () => {};
        },
        take(): Report[] {
          const taken = reports as Report[];
          reports = [];
          return taken;
        },
      };
    },
  };
}
