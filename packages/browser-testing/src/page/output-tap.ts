import type { Instruments } from "./instruments.js";
import type { TapBlock } from "./tap-worklet.js";

/** A recording on its way out of the page. */
export interface TapReading {
  /** Little-endian 32-bit floats. */
  base64: string;
  /** Little-endian 64-bit floats, one for each 128 samples. */
  renderedAt: string;
  sampleRate: number;
  startFrame: number;
  holes: number;
  outputLatency: number;
  contexts: number;
}

interface Tap {
  context: BaseAudioContext;
  blocks: TapBlock[];
  /** What the page connects to the destination is connected to this as well. */
  entry: GainNode;
  ready: Promise<AudioWorkletNode>;
}

/** Runs in the page, as text: it may use nothing from outside itself. */
export function outputTapScript(instruments: Instruments, source: { worklet: string; url: string | null }): void {
  const taps: Tap[] = [];
  const connect: (this: AudioNode, target: AudioNode, output?: number, input?: number) => AudioNode =
    AudioNode.prototype.connect;
  const disconnect: (this: AudioNode, ...from: unknown[]) => void = AudioNode.prototype.disconnect;
  let announce: (tap: Tap) => void = () => {};
  const first = new Promise<Tap>((resolve) => {
    announce = resolve;
  });

  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    const result: unknown = Reflect.apply(connect, this, args);
    const [target, output] = args;
    if (isTapped(target)) connect.call(this, tapOf(target).entry, output as number | undefined);
    return result;
  } as AudioNode["connect"];

  // `disconnect()` without a destination has just removed the tap's connection as well. With a destination it has not:
  // remove it here.
  AudioNode.prototype.disconnect = function (this: AudioNode, ...args: unknown[]) {
    disconnect.apply(this, args);
    const [target, output] = args;
    if (!isTapped(target)) return;
    const { entry } = tapOf(target);
    if (output === undefined) disconnect.call(this, entry);
    else disconnect.call(this, entry, output);
  };

  function isTapped(target: unknown): target is AudioDestinationNode {
    return target instanceof AudioDestinationNode && !(target.context instanceof OfflineAudioContext);
  }

  function tapOf(destination: AudioDestinationNode): Tap {
    const { context } = destination;
    const known = taps.find((tap) => tap.context === context);
    if (known) return known;
    // One channel: a mono source arrives as it is, a stereo one as the mean of both.
    const entry = new GainNode(context, { channelCount: 1, channelCountMode: "explicit" });
    const blocks: TapBlock[] = [];
    const tap: Tap = { context, blocks, entry, ready: record(context, entry, blocks) };
    // The worklet cannot load in a page that navigates away or in a context that is closed at once: ignore it here,
    // `tapReady()` reports it to whoever waits.
    tap.ready.catch(() => {});
    taps.push(tap);
    announce(tap);
    return tap;
  }

  async function record(context: BaseAudioContext, entry: GainNode, blocks: TapBlock[]): Promise<AudioWorkletNode> {
    const blob = new Blob([source.worklet], { type: "text/javascript" });
    // A context that is closed while it loads never settles `addModule()`, so that the URL is never revoked. The blob is
    // marked as the tests' own: the census does not count that leak as the page's.
    instruments.own.add(blob);
    const url = source.url ?? URL.createObjectURL(blob);
    await context.audioWorklet.addModule(url);
    if (url !== source.url) URL.revokeObjectURL(url);
    const mono = { channelCount: 1, channelCountMode: "explicit" } as const;
    const node = new AudioWorkletNode(context, "output-tap", { numberOfInputs: 2, ...mono });
    const recording = new Promise<void>((resolve) => {
      node.port.onmessage = ({ data }: MessageEvent<TapBlock | "flushed">) => {
        if (data === "flushed") return;
        const previous = blocks.at(-1);
        blocks.push(data);
        if (previous && isNext(previous, data)) resolve();
      };
    });
    // Connections take effect some render quanta later, in the order they were made. The marker is connected after the
    // entry: once its ones arrive, the entry is connected too.
    const marker = new ConstantSourceNode(context);
    const markerEntry = new GainNode(context, mono);
    connect.call(entry, node);
    connect.call(marker, markerEntry);
    connect.call(markerEntry, node, 0, 1);
    marker.start();
    // A browser need not run a node that leads nowhere: connect the tap to the destination. It outputs silence.
    connect.call(node, context.destination);
    await recording;
    marker.stop();
    disconnect.call(markerEntry);
    // The first blocks may have a hole between them: drop all but the last two, which are known to be contiguous.
    blocks.splice(0, blocks.length - 2);
    return node;
  }

  function isNext(block: TapBlock, next: TapBlock): boolean {
    return block.startFrame + block.samples.length === next.startFrame;
  }

  async function flush(tap: Tap): Promise<void> {
    // A suspended or closed context may never answer: take what it has sent so far.
    if (tap.context.state !== "running") return;
    const node = await tap.ready;
    await new Promise<void>((resolve) => {
      node.port.addEventListener("message", function flushed({ data }: MessageEvent) {
        if (data !== "flushed") return;
        node.port.removeEventListener("message", flushed);
        resolve();
      });
      node.port.postMessage("flush");
    });
  }

  instruments.probes["tap.ready"] = async () => {
    await (await first).ready;
  };

  instruments.probes["tap.read"] = async (index: number): Promise<TapReading> => {
    const tap = taps.at(index);
    if (!tap)
      throw new Error("The tap has heard nothing: no node was connected to the destination of an AudioContext.");
    await flush(tap);
    const startFrame = tap.blocks[0]?.startFrame ?? 0;
    const last = tap.blocks.at(-1);
    const samples = new Float32Array(last ? last.startFrame + last.samples.length - startFrame : 0);
    const renderedAt = new Float64Array(samples.length / 128).fill(NaN);
    let holes = 0;
    tap.blocks.forEach((block, i) => {
      samples.set(block.samples, block.startFrame - startFrame);
      renderedAt.set(block.renderedAt, (block.startFrame - startFrame) / 128);
      const previous = tap.blocks[i - 1];
      if (previous && !isNext(previous, block)) holes++;
    });
    const { sampleRate } = tap.context;
    const { outputLatency = 0 } = tap.context as Partial<AudioContext>;
    return {
      base64: toBase64(samples),
      renderedAt: toBase64(renderedAt),
      sampleRate,
      startFrame,
      holes,
      outputLatency,
      contexts: taps.length,
    };
  };

  function toBase64({ buffer }: Float32Array | Float64Array): string {
    const bytes = new Uint8Array(buffer);
    let binary = "";
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(binary);
  }
}
