// The script that runs on the audio thread. The build bundles it into one file without imports.
import { playerName, recorderName } from "./messages.js";
import { PlayerProcessor } from "./player.worklet.js";
import { RecorderProcessor } from "./recorder.worklet.js";
import { warmUp } from "./warm-up.js";

// registerProcessor() throws for a name that the context has already, and the app may have loaded this file before.
const registered = Symbol.for("layercode.audio");
const scope = globalThis as unknown as Record<symbol, boolean | undefined>;
if (!scope[registered]) {
  scope[registered] = true;
  registerProcessor(recorderName, RecorderProcessor);
  registerProcessor(playerName, PlayerProcessor);
  // Designing the filters and compiling takes the audio thread 20 ms: now, while nothing plays, not when a microphone opens.
  warmUp();
}
