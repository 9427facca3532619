// The third script of the audio thread, loaded only where a conversation is recorded.
import { tapName } from "../recording/commands.js";
import { TapProcessor } from "./tap.worklet.js";

// registerProcessor() throws for a name that the context has already.
const scope = globalThis as { layercodeTap?: typeof TapProcessor };
if (scope.layercodeTap === undefined) {
  scope.layercodeTap = TapProcessor;
  registerProcessor(tapName, TapProcessor);
}
