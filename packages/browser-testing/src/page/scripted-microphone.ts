import type { Instruments } from "./instruments";

/** How the page's question for a microphone is answered. `"hang"`: not before the answer changes. */
export interface MicrophoneAnswer {
  answer: "grant" | "deny" | "hang";
  delayMs: number;
}

/** Runs in the page, as text: it may use nothing from outside itself. */
export function scriptedMicrophoneScript(instruments: Instruments, first: MicrophoneAnswer): void {
  // An insecure context has no microphones.
  if (!globalThis.MediaDevices) return;
  const native = MediaDevices.prototype.getUserMedia;
  const { setTimeout } = window;
  let current = first;
  let waiting: (() => void)[] = [];
  let microphone: { context: AudioContext; mix: GainNode } | undefined;

  MediaDevices.prototype.getUserMedia = async function (this: MediaDevices, constraints = {}) {
    if (!constraints.audio) return await native.call(this, constraints);
    while (current.answer === "hang") await new Promise<void>((resolve) => waiting.push(resolve));
    if (current.delayMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, current.delayMs));
    if (current.answer === "deny") throw new DOMException("Permission denied", "NotAllowedError");
    const stream = open();
    for (const track of stream.getTracks()) instruments.tracks.add(track);
    return stream;
  };

  function device() {
    if (microphone) return microphone;
    const context = new AudioContext();
    // It is the tests', not the page's: the census does not count it.
    instruments.own.add(context);
    const mix = new GainNode(context);
    microphone = { context, mix };
    return microphone;
  }

  function open(): MediaStream {
    const { context, mix } = device();
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    mix.connect(destination);
    void context.resume();
    return destination.stream;
  }

  instruments.probes["microphone.answer"] = (answer: MicrophoneAnswer) => {
    current = answer;
    for (const resume of waiting) resume();
    waiting = [];
  };

  instruments.probes["microphone.sampleRate"] = () => device().context.sampleRate;

  /** Resolves when the last sample was spoken. */
  instruments.probes["microphone.speak"] = async (base64: string) => {
    const { context, mix } = device();
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const samples = new Float32Array(bytes.buffer);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(mix);
    await context.resume();
    await new Promise((resolve) => {
      source.addEventListener("ended", resolve, { once: true });
      source.start();
    });
    source.disconnect();
  };
}
