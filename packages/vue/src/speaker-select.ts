import { selectableSpeakers } from "@layercode/core/bindings";
import { deviceSelect } from "./device-select.js";

/**
 * A labelled `<select>` that lists the loudspeakers and headsets and switches to the chosen one, with the props and slots of
 * `MicrophoneSelect`. Disabled, and says why, where the browser cannot play on a chosen one (Firefox, Safari).
 */
export const SpeakerSelect = /* @__PURE__ */ deviceSelect("SpeakerSelect", selectableSpeakers);
