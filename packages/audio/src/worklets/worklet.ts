// The script that runs on the audio thread. The build bundles it into one file without imports.
import { designCapture } from "../dsp/minimum-phase.js";
import { approximateRatio } from "../dsp/ratio.js";
import { playerName, recorderName } from "./messages.js";
import { PlayerProcessor } from "./player.worklet.js";
import { RecorderProcessor } from "./recorder.worklet.js";

// registerProcessor() throws for a name that the context has already, and the app may have loaded this file before.
const registered = Symbol.for("layercode.audio");
const scope = globalThis as unknown as Record<symbol, boolean | undefined>;
if (!scope[registered]) {
  scope[registered] = true;
  registerProcessor(recorderName, RecorderProcessor);
  registerProcessor(playerName, PlayerProcessor);
  // The first filter design blocks the audio thread for 10 ms: do it now, while nothing plays, not when a microphone
  // opens.
  designCapture(approximateRatio(sampleRate, 8000));
}
