import type { AudioEngine } from "../audio-engine.js";
import { designVoice } from "../dsp/filter.js";
import { approximateRatio } from "../dsp/ratio.js";
import type { addTap } from "../sound-sources.js";
import { type TapCommand, type TapOptions, type TapReport, tapName } from "./commands.js";

export interface TapEvents {
  /** Stereo: the microphone left, the players right. `pcm` is taken back when this returns. */
  onBlock(pcm: Int16Array, frames: number): void;
  /** It threw on the audio thread: no block comes any more. */
  onCrash(): void;
}

/** Hears what the microphone and the players of an engine sound like. Its script must be loaded. */
export interface Tap {
  /** Whether the microphone is heard from now on; its channel is silent otherwise. It is heard at first. */
  hear(microphone: boolean): void;
  /** Delivers what is heard up to now, then gives everything up and resolves. Call it once. */
  end(): Promise<void>;
}

const blockSeconds = 0.25;

/** The longest that `end()` waits: a context that does not run may never answer. */
const endMilliseconds = 500;

export function openTap(engine: AudioEngine, outputRate: number, events: TapEvents, listen: typeof addTap): Tap {
  const { context } = engine;
  const blockLength = Math.round(outputRate * blockSeconds);
  const filter = designVoice(approximateRatio(context.sampleRate, outputRate));
  const node = new AudioWorkletNode(context, tapName, {
    numberOfInputs: 2,
    outputChannelCount: [1],
    channelCount: 1,
    channelCountMode: "explicit",
    processorOptions: { outputRate, filter, blockLength } satisfies TapOptions,
  });
  const { port } = node;
  const post = (command: TapCommand, transfer: Transferable[] = []) => port.postMessage(command, transfer);
  let ended = () => {};
  port.onmessage = ({ data }: MessageEvent<TapReport>) => {
    if (data.type === "ended") return ended();
    events.onBlock(data.pcm, data.frames);
    post({ type: "recycle", pcm: data.pcm }, [data.pcm.buffer]);
  };
  node.addEventListener("processorerror", events.onCrash);
  // It puts out silence. Without a way to the destination, Safari never runs it.
  node.connect(context.destination);
  const deafen = listen(engine, node);

  return {
    hear: (microphone) => post({ type: "hear", microphone }),
    async end() {
      await new Promise<void>((resolve) => {
        ended = () => {
          clearTimeout(timer);
          off();
          resolve();
        };
        const timer = setTimeout(ended, endMilliseconds);
        const off = engine.onStateChange((state) => state === "closed" && ended());
        post({ type: "end" });
        if (context.state === "closed") ended();
      });
      deafen();
      // Chromium keeps a closed context for ever in which it has not ended.
      engine.holdOpen(
        new Promise((resolve) => {
          port.onmessage = () => resolve(node.disconnect());
        }),
      );
    },
  };
}
