import type { Instruments } from "./instruments.js";

/**
 * How the page's question for a microphone is answered: `"dismiss"` closes it without an answer, `"absent"` has no
 * device to offer, `"hang"` answers not before the answer changes.
 */
export interface MicrophoneAnswer {
  answer: "grant" | "deny" | "dismiss" | "absent" | "hang";
  delayMs: number;
}

/** What the microphone says without being told to. */
export interface StandingSpeech {
  /** Little-endian 32-bit floats, base64. */
  samples: string;
  sampleRate: number;
  loop: boolean;
}

/** Runs in the page, as text: it may use nothing from outside itself. */
export function scriptedMicrophoneScript(
  instruments: Instruments,
  { answer: first, always }: { answer: MicrophoneAnswer; always: StandingSpeech | null },
): void {
  // An insecure context has no microphones.
  if (!globalThis.MediaDevices) return;
  const native = MediaDevices.prototype.getUserMedia;
  const { setTimeout } = window;
  const { addEventListener } = EventTarget.prototype;
  let current = first;
  let waiting: (() => void)[] = [];
  let microphone: { context: AudioContext; mix: GainNode } | undefined;

  MediaDevices.prototype.getUserMedia = async function (this: MediaDevices, constraints = {}) {
    if (!constraints.audio) return await native.call(this, constraints);
    while (current.answer === "hang") await new Promise<void>((resolve) => waiting.push(resolve));
    if (current.delayMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, current.delayMs));
    // The messages are those of Chromium's own errors.
    if (current.answer === "deny") throw new DOMException("Permission denied", "NotAllowedError");
    if (current.answer === "dismiss") throw new DOMException("Permission dismissed", "NotAllowedError");
    if (current.answer === "absent") throw new DOMException("Requested device not found", "NotFoundError");
    const stream = open();
    for (const track of stream.getTracks()) instruments.tracks.add(track);
    return stream;
  };

  const { enumerateDevices } = MediaDevices.prototype;
  MediaDevices.prototype.enumerateDevices = async function (this: MediaDevices) {
    const devices = await enumerateDevices.call(this);
    const others = devices.filter(({ kind }) => kind !== "audioinput");
    if (current.answer === "absent") return others;
    // Firefox and WebKit know nothing of this microphone and go on hiding theirs; while a page captures, browsers name them.
    const isHidden = devices.length > others.length && devices.every(({ label }) => label === "");
    if (!isHidden || current.answer !== "grant" || !microphone) return devices;
    const named = { kind: "audioinput", deviceId: "scripted", groupId: "", label: "Scripted microphone" } as const;
    return [...others, { ...named, toJSON: () => named }];
  };

  // `permissions.query()` answers "denied" after a refusal; after a dismissed prompt it answers "prompt", as browsers do.
  const { query } = Permissions.prototype;
  Permissions.prototype.query = async function (this: Permissions, descriptor) {
    const status = await query.call(this, descriptor);
    const state = current.answer === "deny" ? "denied" : current.answer === "dismiss" ? "prompt" : null;
    if (state && String(descriptor.name) === "microphone") Object.defineProperty(status, "state", { value: state });
    return status;
  };

  // A test ends or mutes a track by dispatching the event. In Firefox a track's listeners hear what a script dispatches
  // only when they asked for it, by an argument of Firefox's own.
  MediaStreamTrack.prototype.addEventListener = function (this: MediaStreamTrack, ...args: unknown[]) {
    const [type, listener, options] = args;
    Reflect.apply(addEventListener, this, [type, listener, options, true]);
  };

  function device() {
    if (microphone) return microphone;
    const context = new AudioContext();
    // The tests made this context, not the page: the census must not count it.
    instruments.own.add(context);
    const mix = new GainNode(context);
    // A device delivers samples also while all is silent. Firefox passes on none unless somebody makes them.
    const silence = new ConstantSourceNode(context, { offset: 0 });
    silence.connect(mix);
    silence.start();
    microphone = { context, mix };
    return microphone;
  }

  function open(): MediaStream {
    const { context, mix } = device();
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    mix.connect(destination);
    if (always) {
      const source = sourceOf(context, always.samples, always.sampleRate);
      source.loop = always.loop;
      source.connect(destination);
      source.start();
    }
    void context.resume();
    return destination.stream;
  }

  function sourceOf(context: AudioContext, base64: string, sampleRate: number): AudioBufferSourceNode {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const samples = new Float32Array(bytes.buffer);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate });
    buffer.copyToChannel(samples, 0);
    return new AudioBufferSourceNode(context, { buffer });
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
    const source = sourceOf(context, base64, context.sampleRate);
    source.connect(mix);
    await context.resume();
    await new Promise((resolve) => {
      source.addEventListener("ended", resolve, { once: true });
      source.start();
    });
    source.disconnect();
  };
}
