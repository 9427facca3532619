import { createFramer } from "../capture/framer.js";
import { createPlayback } from "../playback/playback.js";

/** At 48 kHz: two frames of the microphone; what is enough to play, and the beginning of a concealment. */
const quanta = 20;
const nothing = () => {};

/**
 * Runs what records and what plays once, for nobody. V8 compiles a function when it is called for the first time: in Node that
 * took up to 2.5 ms of a microphone's first quantum, and up to 6.1 ms of the voice's. A quantum lasts 2.7 ms.
 */
export function warmUp(): void {
  const framer = createFramer({
    inputRate: sampleRate,
    outputRate: 8000,
    frameLength: 160,
    detection: false,
    onFrame: nothing,
    onFlushed: nothing,
  });
  const playback = createPlayback({
    inputRate: 16000,
    outputRate: sampleRate,
    playout: "adaptive",
    events: {
      onStarted: nothing,
      onUnderrun: nothing,
      onFinished: nothing,
      onQueueFull: nothing,
      onInterrupted: nothing,
    },
  });
  // A sawtooth of 160 Hz, with a period to step back by.
  playback.enqueue(
    Int16Array.from({ length: 640 }, (_, index) => (index % 100) * 100),
    "",
    null,
    0,
  );
  const block = new Float32Array(128);
  for (let quantum = 0; quantum < quanta; quantum++) {
    playback.render(block);
    framer.push([block], quantum * block.length);
  }
}
