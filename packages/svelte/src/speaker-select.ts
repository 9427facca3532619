import { selectableSpeakers } from "@layercode/core/bindings";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import { deviceSelect } from "./device-select.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * As `microphoneSelect()`, of the loudspeakers and headsets: `<select {@attach speakerSelect(agent)}></select>`. Where the
 * browser cannot play on a chosen one (Firefox, Safari), `data-state` is `unsupported`, and the one option says so.
 */
export function speakerSelect(agent: LayercodeAgent = getLayercode()): Attachment<HTMLSelectElement> {
  return deviceSelect(agent, selectableSpeakers);
}
