import { selectableMicrophones } from "@layercode/core/bindings";
import { deviceSelect } from "./device-select.js";

/**
 * A labelled `<select>` that lists the microphones and switches to the chosen one. Attributes go to the `<select>`; the
 * slots `label` and `helper` replace the props `label` and `helperText`.
 */
export const MicrophoneSelect = /* @__PURE__ */ deviceSelect("MicrophoneSelect", selectableMicrophones);
