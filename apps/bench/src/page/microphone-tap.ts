import type { Instruments } from "@layercode/browser-testing";

// What an AudioWorkletGlobalScope has.
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

interface CapturedBlock {
  startFrame: number;
  samples: Float32Array<ArrayBuffer>;
  renderedAt: Float64Array<ArrayBuffer>;
}

/** What the page's microphone delivered into its graph, on its way out of the page: little-endian floats. */
export interface CapturedSound {
  sampleRate: number;
  samples: string;
  /** For each 128 samples, whole ms since the epoch. */
  renderedAt: string;
  holes: number;
}

/** Runs in the page, as text: records what leaves the microphone's source node, and when its quantum was rendered. */
export function microphoneTapScript({ probes, own }: Instruments, { worklet }: { worklet: string }): void {
  const blocks: CapturedBlock[] = [];
  const tapped = new WeakSet<AudioNode>();
  let sampleRate = 0;
  const connect: (this: AudioNode, target: AudioNode) => AudioNode = AudioNode.prototype.connect;

  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (this instanceof MediaStreamAudioSourceNode && !tapped.has(this)) {
      tapped.add(this);
      void record(this);
    }
    return Reflect.apply(connect, this, args);
  } as AudioNode["connect"];

  async function record(source: MediaStreamAudioSourceNode): Promise<void> {
    const { context } = source;
    sampleRate = context.sampleRate;
    const blob = new Blob([worklet], { type: "text/javascript" });
    own.add(blob);
    const url = URL.createObjectURL(blob);
    await context.audioWorklet.addModule(url);
    URL.revokeObjectURL(url);
    const node = new AudioWorkletNode(context, "microphone-tap", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }: MessageEvent<CapturedBlock>) => blocks.push(data);
    connect.call(source, node);
    // Its output is silence; a node that leads nowhere might not be run.
    connect.call(node, context.destination);
  }

  probes["microphone.take"] = (): CapturedSound => {
    // The last stretch without a hole: while contexts start, there are some.
    let from = blocks.length - 1;
    while (from > 0 && isNext(blocks[from - 1], blocks[from])) from--;
    const whole = blocks.splice(0).slice(Math.max(0, from));
    return {
      sampleRate,
      samples: toBase64(whole.map(({ samples }) => samples)),
      renderedAt: toBase64(whole.map(({ renderedAt }) => renderedAt)),
      holes: from > 0 ? 1 : 0,
    };
  };

  function isNext(block: CapturedBlock | undefined, next: CapturedBlock | undefined): boolean {
    return block !== undefined && block.startFrame + block.samples.length === next?.startFrame;
  }

  function toBase64(arrays: readonly (Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>)[]): string {
    let binary = "";
    for (const { buffer } of arrays) binary += String.fromCharCode(...new Uint8Array(buffer));
    return btoa(binary);
  }
}

/** Runs on the audio thread, as text. */
export function microphoneTapWorklet(): void {
  const quantum = 128;
  const quanta = 8;
  registerProcessor(
    "microphone-tap",
    class extends AudioWorkletProcessor {
      #samples = new Float32Array(quanta * quantum);
      #renderedAt = new Float64Array(quanta);
      #filled = 0;
      #frame = 0;

      process([input]: Float32Array[][]): boolean {
        // Chromium's `currentFrame` stands still for a quantum where the main thread holds the lock of the audio graph.
        this.#frame = Math.max(currentFrame, this.#frame + quantum);
        const heard = input?.[0];
        if (!heard) {
          this.#filled = 0;
          return true;
        }
        this.#samples.set(heard, this.#filled * quantum);
        this.#renderedAt[this.#filled] = Date.now();
        if (++this.#filled < quanta) return true;
        const block: CapturedBlock = {
          startFrame: this.#frame - (quanta - 1) * quantum,
          samples: this.#samples.slice(),
          renderedAt: this.#renderedAt.slice(),
        };
        this.port.postMessage(block);
        this.#filled = 0;
        return true;
      }
    },
  );
}
