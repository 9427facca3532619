// The page of our speaker alone, which tells what the client keeps for itself: positions.
import { createAudioEngine, createSpeaker, type PlaybackPosition } from "@layercode/audio";
import type { Instruments } from "@layercode/browser-testing";

const { probes } = globalThis.__instruments as Instruments;
const speaker = createSpeaker({ engine: createAudioEngine() });
let onInterrupted: (position: PlaybackPosition) => void = () => {};

probes["speaker.start"] = () =>
  speaker.start({
    onStarted: () => {},
    onUnderrun: () => {},
    onFinished: () => {},
    onInterrupted: (position) => onInterrupted(position),
  });

/** Plays PCM16 and cuts it. Answers what the speaker says of it. */
probes["speaker.cut"] = async ({ base64, turnId, afterMs }: { base64: string; turnId: string; afterMs: number }) => {
  const pcm = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const answered = new Promise<PlaybackPosition>((resolve) => {
    onInterrupted = resolve;
  });
  speaker.enqueue(pcm, { turnId, deltaId: null });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  speaker.interrupt();
  return answered;
};
