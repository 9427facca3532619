// Types of the audio thread that the DOM library lacks.
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** A stretch of what was heard. */
export interface TapBlock {
  startFrame: number;
  samples: Float32Array<ArrayBuffer>;
  /** When each 128 samples were rendered, in whole ms since the epoch: the audio thread has no finer clock. */
  renderedAt: Float64Array<ArrayBuffer>;
}

/** Runs on the audio thread, as text: it may use nothing from outside itself. */
export function tapWorklet(): void {
  const blockLength = 1024;
  const quantum = 128;

  registerProcessor(
    "output-tap",
    class extends AudioWorkletProcessor {
      #block = new Float32Array(blockLength);
      #renderedAt = new Float64Array(blockLength / quantum);
      #filled = 0;
      #startFrame = 0;
      #nextFrame = 0;
      #connected = false;

      constructor() {
        super();
        this.port.onmessage = () => {
          this.#send();
          this.port.postMessage("flushed");
        };
      }

      // The first input is what is heard. The second one carries ones: once they arrive, the first is connected too.
      process(inputs: Float32Array[][]): boolean {
        this.#connected ||= inputs[1]?.[0]?.[0] === 1;
        if (!this.#connected) return true;
        // Chromium leaves frames out while it moves a context to the worklet's thread: a new stretch begins behind them.
        // Its `currentFrame` also stands still for a quantum where the main thread holds the lock of the audio graph.
        const frame = Math.max(currentFrame, this.#nextFrame);
        if (frame !== this.#nextFrame) this.#send();
        this.#nextFrame = frame + quantum;
        if (this.#filled === 0) this.#startFrame = frame;
        // An input without a channel means that nothing is connected, or (in Firefox) silence: record zeros.
        const heard = inputs[0]?.[0];
        if (heard) this.#block.set(heard, this.#filled);
        this.#renderedAt[this.#filled / quantum] = Date.now();
        this.#filled += quantum;
        if (this.#filled === blockLength) this.#send();
        return true;
      }

      #send(): void {
        if (this.#filled === 0) return;
        const samples = this.#block.slice(0, this.#filled);
        const renderedAt = this.#renderedAt.slice(0, this.#filled / quantum);
        const block: TapBlock = { startFrame: this.#startFrame, samples, renderedAt };
        this.port.postMessage(block, [samples.buffer, renderedAt.buffer]);
        this.#block.fill(0);
        this.#filled = 0;
      }
    },
  );
}
