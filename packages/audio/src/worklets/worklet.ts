// The script that runs on the audio thread. The build makes one file without imports of it.
import { designCapture } from "../dsp/minimum-phase.js";
import { approximateRatio } from "../dsp/ratio.js";
import { playerName, recorderName } from "./messages.js";
import { PlayerProcessor } from "./player.worklet.js";
import { RecorderProcessor } from "./recorder.worklet.js";

// A name can be registered only once in a context; an app may have loaded this file before.
const registered = Symbol.for("layercode.audio");
const scope = globalThis as unknown as Record<symbol, boolean | undefined>;
if (!scope[registered]) {
  scope[registered] = true;
  registerProcessor(recorderName, RecorderProcessor);
  registerProcessor(playerName, PlayerProcessor);
  // The first design takes the audio thread 10 ms: now, while nothing plays, and not when the microphone opens.
  designCapture(approximateRatio(sampleRate, 8000));
}
