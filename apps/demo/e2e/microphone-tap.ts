import { outputTapWorklet } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import type { Heard } from "./sounds.js";

/** What the page's microphone gave to its audio graph, and the frame of the context's clock with which it begins. */
export interface Captured extends Heard {
  startFrame: number;
}

interface Block {
  startFrame: number;
  samples: Float32Array<ArrayBuffer>;
}

/** Records, beside the page's own graph, what comes out of each microphone that it opens. */
export async function installMicrophoneTap(page: Page): Promise<void> {
  await page.addInitScript(
    (worklet) => {
      const blocks: Block[] = [];
      const tap = { blocks, sampleRate: 0 };
      Object.assign(globalThis, { microphoneTap: tap });
      const { createMediaStreamSource } = AudioContext.prototype;
      AudioContext.prototype.createMediaStreamSource = function (stream) {
        const source = createMediaStreamSource.call(this, stream);
        void record(this, source);
        return source;
      };

      async function record(context: AudioContext, source: AudioNode): Promise<void> {
        const url = URL.createObjectURL(new Blob([worklet], { type: "text/javascript" }));
        await context.audioWorklet.addModule(url);
        const node = new AudioWorkletNode(context, "microphone-tap", {
          numberOfInputs: 2,
          channelCount: 1,
          channelCountMode: "explicit",
        });
        tap.sampleRate = context.sampleRate;
        node.port.onmessage = ({ data }: MessageEvent<Block>) => blocks.push(data);
        source.connect(node);
        const marker = new ConstantSourceNode(context);
        marker.connect(node, 0, 1);
        marker.start();
        node.connect(context.destination);
      }
    },
    outputTapWorklet.replace('"output-tap"', '"microphone-tap"'),
  );
}

/** What it has recorded; silence where the page's clock left something out. */
export async function readMicrophoneTap(page: Page): Promise<Captured> {
  const { startFrame, sampleRate, base64 } = await page.evaluate(async () => {
    const { blocks, sampleRate } = (globalThis as unknown as { microphoneTap: { blocks: Block[]; sampleRate: number } })
      .microphoneTap;
    const startFrame = blocks[0]?.startFrame ?? 0;
    const last = blocks.at(-1);
    const samples = new Float32Array(last ? last.startFrame + last.samples.length - startFrame : 0);
    for (const block of blocks) samples.set(block.samples, block.startFrame - startFrame);
    const reader = new FileReader();
    await new Promise((resolve) => {
      reader.onload = resolve;
      reader.readAsDataURL(new Blob([samples]));
    });
    return { startFrame, sampleRate, base64: String(reader.result).split(",")[1] ?? "" };
  });
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return { startFrame, sampleRate, samples: new Float32Array(bytes.buffer) };
}
