import { explained } from "./errors.js";
import { isIos } from "./is-ios.js";

/** Where a context's sound goes. */
export interface Output {
  /** What players connect to. */
  readonly node: AudioNode;
  /** Starts the audio element, where there is one. Rejects where that needs a gesture. */
  play(): Promise<void>;
  setDevice(deviceId: string | null): Promise<void>;
  close(): void;
}

/**
 * The context's destination; on iOS an audio element that plays a stream of the context. On iOS, sound that goes to the
 * destination is muted by the switch on the side, and comes out of the earpiece while the microphone is open.
 */
export function createOutput(context: AudioContext): Output {
  return isIos() ? createElementOutput(context) : createDirectOutput(context);
}

function createDirectOutput(context: AudioContext): Output {
  return {
    node: context.destination,
    play: async () => {},
    setDevice: (deviceId) => setSink(context, deviceId),
    close() {},
  };
}

function createElementOutput(context: AudioContext): Output {
  const node = new MediaStreamAudioDestinationNode(context);
  const element = document.createElement("audio");
  element.setAttribute("playsinline", "");
  element.srcObject = node.stream;
  return {
    node,
    play: () => element.play(),
    setDevice: (deviceId) => setSink(element, deviceId),
    close() {
      element.pause();
      element.srcObject = null;
      for (const track of node.stream.getTracks()) track.stop();
    },
  };
}

/** An AudioContext (Chromium) or an HTMLMediaElement; `setSinkId` is absent in some browsers. */
interface Sink extends EventTarget {
  setSinkId?(id: string): Promise<void>;
}

async function setSink(sink: Sink, deviceId: string | null): Promise<void> {
  if (typeof sink.setSinkId !== "function") {
    if (deviceId === null) return;
    throw await explained("output-unsupported", undefined, (texts) => texts.withoutOutputs());
  }
  try {
    await sink.setSinkId(deviceId ?? "");
  } catch (error) {
    throw await explained("device-not-found", error, (texts) => texts.outputRefused(deviceId, error));
  }
}
